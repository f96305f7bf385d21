namespace CloudIa.Local.StandIns;

/// <summary>A lock between processes: a file held open. The operating system frees it when its holder ends, however that ends.</summary>
internal static class FileLock
{
    /// <returns>The lock, to be disposed; null when another holds it.</returns>
    public static FileStream? TryTake(string file)
    {
        try
        {
            // Reading and writing, without sharing: that takes an exclusive flock on Unix. The file stays: deleting it would free its name for a second lock.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
    }
}
