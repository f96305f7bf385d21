namespace CloudIa.Faults.Configuration;

/// <summary>Where on disk the suite works.</summary>
internal static class Checkout
{
    /// <summary>The folder of CloudIa.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Where the stand-ins are installed; ignored by git.</summary>
    public static string DataFolder => Path.Combine(Root, ".cloudia");

    /// <summary>What the services wrote, and what Redis keeps, by run.</summary>
    public static string RunsFolder => Path.Combine(Root, "artifacts", "faults");

    public static string Document => Path.Combine(Root, "docs", "reliability.md");

    /// <summary>Where all programs of this checkout are, each in a folder of its own.</summary>
    public static string Programs => Own.Parent!.Parent!.FullName;

    private static DirectoryInfo Own => new(AppContext.BaseDirectory);

    /// <summary>A service's program, of the configuration that this one has.</summary>
    /// <param name="programs">As <see cref="Programs"/>, of this checkout or another one.</param>
    /// <exception cref="FileNotFoundException">With what to build.</exception>
    public static string Program(string programs, string project)
    {
        var file = Path.Combine(programs, project, Own.Name, $"CloudIa.{project}.dll");
        return File.Exists(file) ? file : throw new FileNotFoundException($"{file} is missing. Build all of CloudIa.sln there in this configuration ({Own.Name}).");
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "CloudIa.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} has CloudIa.sln in it. The suite runs from a checkout: dotnet run -c Release --project Faults.");
    }
}
