namespace CloudIa.Processor.Configuration;

/// <summary>Gathers all that is wrong with a section, so that it is said at once.</summary>
internal sealed class Problems(string section)
{
    private readonly List<string> _found = [];

    public IReadOnlyList<string> Found => _found;

    public void Add(string key, string problem) => _found.Add($"{section}:{key} {problem}");

    public void Require<T>(string key, T value, T min, T max, string why)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            Add(key, $"is {value}, not from {min} to {max}: {why}");
        }
    }
}
