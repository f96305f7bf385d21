namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>The fields of one call of the query protocol.</summary>
internal sealed class QueryForm(Dictionary<string, string> fields)
{
    public string? this[string name] => fields.GetValueOrDefault(name);

    public static QueryForm Parse(string body) =>
        new(body.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(x => x.Split('=', 2))
            .ToDictionary(x => Decode(x[0]), x => Decode(x[1])));

    /// <summary>How many fields begin with name.1, name.2, ….</summary>
    public int Count(string name)
    {
        var count = 0;
        while (fields.Keys.Any(x => x.StartsWith($"{name}.{count + 1}.", StringComparison.Ordinal)))
            count++;
        return count;
    }

    public Dictionary<string, string> Map(string name, string key = "key", string value = "value") =>
        Enumerable.Range(1, Count(name)).ToDictionary(x => fields[$"{name}.{x}.{key}"], x => fields[$"{name}.{x}.{value}"]);

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
