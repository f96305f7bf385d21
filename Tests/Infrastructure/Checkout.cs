namespace CloudIa.Tests.Infrastructure;

/// <summary>Where on disk the tests work.</summary>
internal static class Checkout
{
    /// <summary>The folder of CloudIa.sln, or null where the tests run apart from their sources.</summary>
    public static string? Root { get; } = Ancestors(AppContext.BaseDirectory).FirstOrDefault(x => File.Exists(Path.Combine(x, "CloudIa.sln")));

    /// <summary>Ignored by git. What is installed here stays for the next run.</summary>
    public static string DataFolder { get; } = Root is null ? Path.Combine(Path.GetTempPath(), "cloudia-tests") : Path.Combine(Root, ".cloudia");

    /// <summary>Where another project's program is: beside the tests' own, of the same configuration.</summary>
    public static string Output(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
