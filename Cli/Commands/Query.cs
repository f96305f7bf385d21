namespace CloudIa.Cli.Commands;

internal static class Query
{
    /// <summary>A path with what is not null.</summary>
    public static string Of(string path, IEnumerable<(string Name, string? Value)> values)
    {
        var query = string.Join('&', values.Where(x => x.Value is not null).Select(x => $"{x.Name}={Uri.EscapeDataString(x.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }
}
