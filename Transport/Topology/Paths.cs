namespace CloudIa.Transport;

/// <summary>Takes addresses apart.</summary>
internal static class Paths
{
    public const string NoScope = "/";

    public static string Scope(Uri hostAddress)
    {
        var path = Uri.UnescapeDataString(hostAddress.AbsolutePath).Trim('/');
        return path.Length == 0 ? NoScope : path;
    }

    public static (string Scope, string Name) Entity(Uri address)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath).Trim('/');
        var slash = path.LastIndexOf('/');
        return slash < 0 ? (NoScope, path) : (path[..slash], path[(slash + 1)..]);
    }

    public static string ShortName(Uri address) => Uri.UnescapeDataString(address.AbsolutePath).Trim('/');

    public static Dictionary<string, string> Options(Uri address) =>
        address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(x => x.Split('=', 2))
            .GroupBy(x => x[0].ToLowerInvariant(), x => x.Length > 1 ? x[1].ToLowerInvariant() : "")
            .ToDictionary(x => x.Key, x => x.Last());
}
