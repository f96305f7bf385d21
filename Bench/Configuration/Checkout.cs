namespace CloudIa.Bench.Configuration;

/// <summary>Where on disk the bench works.</summary>
internal static class Checkout
{
    /// <summary>The folder of CloudIa.sln.</summary>
    public static string Root { get; } = Find();

    /// <summary>Where the stand-ins are installed; ignored by git.</summary>
    public static string DataFolder => Path.Combine(Root, ".cloudia");

    public static string ResultsFolder => Path.Combine(Root, "artifacts", "bench");

    public static string Document => Path.Combine(Root, "docs", "performance.md");

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "CloudIa.sln")))
                return at.FullName;
        }

        throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} has CloudIa.sln in it. The bench runs from a checkout: dotnet run -c Release --project Bench.");
    }
}
