using CloudIa.Local.StandIns;

namespace CloudIa.Local.Configuration;

/// <summary>The folder of one local run, held for as long as this is not disposed.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string SolutionFile = "CloudIa.sln";

    private readonly FileStream _lock;

    private DataFolder(string folder, FileStream held)
    {
        FullName = folder;
        _lock = held;
    }

    public string FullName { get; }

    private string HolderFile => Path.Combine(FullName, "local.running");

    /// <exception cref="StandInException">Another Local holds it.</exception>
    public static DataFolder Take(string? configured)
    {
        var folder = Directory.CreateDirectory(Path.GetFullPath(configured ?? Path.Combine(CheckoutOrCurrent(), ".cloudia"))).FullName;
        if (FileLock.TryTake(Path.Combine(folder, "local.lock")) is { } held)
        {
            return new(folder, held);
        }

        var holder = Path.Combine(folder, "local.running");
        throw new StandInException(
            $"Another Local uses the data folder {folder}{(File.Exists(holder) ? $": {File.ReadAllText(holder).Trim()}" : "")}. " +
            "Two would write over each other. Use that one, stop it, or give this one a folder of its own: --Local:DataFolder=<folder>.");
    }

    /// <summary>Says to whoever finds the folder taken who has it.</summary>
    public void SayWhoHasIt(string address) => File.WriteAllText(HolderFile, $"process {Environment.ProcessId} at {address}");

    public void Dispose()
    {
        File.Delete(HolderFile);
        _lock.Dispose();
    }

    private static string CheckoutOrCurrent()
    {
        var current = Directory.GetCurrentDirectory();

        return Ancestors(AppContext.BaseDirectory).Concat(Ancestors(current)).FirstOrDefault(x => File.Exists(Path.Combine(x, SolutionFile))) ?? current;
    }

    private static IEnumerable<string> Ancestors(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            yield return at.FullName;
        }
    }
}
