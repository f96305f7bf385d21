using System.Security.Cryptography;

namespace CloudIa.Tests.Infrastructure;

/// <summary>A folder for one run of the tests. It goes with the run; one that was killed is cleaned up by the next.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly FileStream _lock;

    private RunFolder(string folder, FileStream held)
    {
        FullName = folder;
        _lock = held;
    }

    public string FullName { get; }

    public static RunFolder Create()
    {
        var runs = Directory.CreateDirectory(Path.Combine(Checkout.DataFolder, "tests")).FullName;
        foreach (var file in Directory.GetFiles(runs, "*.lock"))
        {
            if (TryHold(file) is { } abandoned)
            {
                Delete(Path.ChangeExtension(file, null), abandoned);
            }
        }

        var folder = Path.Combine(runs, RandomNumberGenerator.GetHexString(8, lowercase: true));
        var held = TryHold(folder + ".lock") ?? throw new InvalidOperationException($"{folder}.lock is held by another run of the same random name. Run again.");
        Directory.CreateDirectory(folder);

        return new(folder, held);
    }

    public void Dispose() => Delete(FullName, _lock);

    private static FileStream? TryHold(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Delete(string folder, FileStream held)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            File.Delete(held.Name);
        }
        catch (IOException)
        {
            // Something still writes there; the next run tries again.
        }

        held.Dispose();
    }
}
