namespace CloudIa.Faults.Processes;

/// <summary>What a service writes, over all its lives: into a file, and searched for what must not be there.</summary>
internal sealed class ServiceOutput(string file, string canary) : IDisposable
{
    private const int Kept = 40;
    private readonly Lock _lock = new();
    private readonly StreamWriter _writer = new(file, append: true) { AutoFlush = true };
    private readonly Queue<string> _last = new();
    private readonly List<string> _leaks = [];

    public string File => file;

    /// <summary>Lines with the canary in them that have not been taken yet.</summary>
    public List<string> TakeLeaks()
    {
        lock (_lock)
        {
            List<string> leaks = [.. _leaks];
            _leaks.Clear();
            return leaks;
        }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            _writer.WriteLine(line);
            _last.Enqueue(line);
            if (_last.Count > Kept)
                _last.Dequeue();
            if (line.Contains(canary, StringComparison.Ordinal))
                _leaks.Add(line);
        }
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join(Environment.NewLine, _last);
        }
    }

    public void Dispose() => _writer.Dispose();
}
