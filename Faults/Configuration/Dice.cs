namespace CloudIa.Faults.Configuration;

/// <summary>All chance of a run, from one seed. For many threads: what they ask for is the same, in which order they ask is not.</summary>
internal sealed class Dice(int seed)
{
    private readonly Lock _lock = new();
#pragma warning disable RS0030 // The one place where randomness begins.
    private readonly Random _random = new(seed);
#pragma warning restore RS0030

    public int Seed => seed;

    public bool Hits(double probability) => probability >= 1 || (probability > 0 && NextDouble() < probability);

    /// <summary>From 0 to one less than <paramref name="end"/>.</summary>
    public int Next(int end)
    {
        lock (_lock)
        {
            return _random.Next(end);
        }
    }

    public T OneOf<T>(IReadOnlyList<T> all) => all[Next(all.Count)];

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + ((most - least) * NextDouble());

    private double NextDouble()
    {
        lock (_lock)
        {
            return _random.NextDouble();
        }
    }
}
