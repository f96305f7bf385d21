using System.Collections.Concurrent;

namespace CloudIa.Bench.Counting;

/// <summary>Exact counts by name.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, StrongBox> _counts = new();

    public void Add(string name) => Interlocked.Increment(ref _counts.GetOrAdd(name, static _ => new StrongBox()).Value);

    public Dictionary<string, long> Read() => _counts.ToDictionary(x => x.Key, x => Interlocked.Read(ref x.Value.Value));

    private sealed class StrongBox
    {
        public long Value;
    }
}
