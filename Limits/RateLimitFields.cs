namespace CloudIa.Limits;

/// <summary>
/// The header fields of draft-ietf-httpapi-ratelimit-headers (-08 and later): lists of structured fields (RFC 9651), one item a limit.
/// </summary>
public static class RateLimitFields
{
    public const string Policy = "RateLimit-Policy";
    public const string Current = "RateLimit";

    /// <summary>How long to wait where nobody can tell when something ends, in seconds.</summary>
    public const long UnknownWait = 5;

    /// <summary><c>"requests";q=120;w=60</c>: quota, its unit (requests, where none is named), the window in seconds.</summary>
    public static string PolicyOf(IEnumerable<LimitState> limits) => string.Join(", ", limits.Select(x => Item(x, $";q={x.Quota}{About(x.Kind)}")));

    /// <summary><c>"requests";r=119;t=60</c>: what is left, and in how many seconds there is more.</summary>
    public static string CurrentOf(IEnumerable<LimitState> limits) =>
        string.Join(", ", limits.Select(x => Item(x, x.Reset is null ? $";r={x.Remaining}" : $";r={x.Remaining};t={Seconds(x)}")));

    /// <summary>For <c>Retry-After</c>: whole seconds, at least one.</summary>
    public static long Seconds(LimitState limit)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return limit.Reset is { } reset ? Math.Max(1, (long)Math.Ceiling(reset.TotalSeconds)) : UnknownWait;
    }

    private static string Item(LimitState limit, string parameters) => $"\"{LimitNames.Of(limit.Kind)}\"{parameters}";

    private static string About(LimitKind kind) => kind switch
    {
        LimitKind.RequestsPerMinute => ";w=60",
        LimitKind.TokensPerDay => ";qu=\"tokens\";w=86400",
        _ => ";qu=\"concurrent-requests\"",
    };
}
