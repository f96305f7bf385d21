namespace CloudIa.Local.StandIns;

/// <summary>Finds programs as a shell does.</summary>
internal static class Executables
{
    private static readonly string[] Suffixes = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [""];

    /// <param name="name">Without a suffix: <c>node</c>.</param>
    /// <param name="searchPath">In the form of PATH; null means PATH itself.</param>
    public static string? Find(string name, string? searchPath = null)
    {
        searchPath ??= Environment.GetEnvironmentVariable("PATH") ?? "";

        return searchPath
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .SelectMany(folder => Suffixes.Select(suffix => Path.Combine(folder, name + suffix)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file)
    {
        const UnixFileMode anyone = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

        return File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & anyone) != 0);
    }
}
