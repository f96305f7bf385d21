namespace CloudIa.Limits;

/// <summary>What limits are called in headers, answers and metrics.</summary>
public static class LimitNames
{
    public static string Of(LimitKind kind) => kind switch
    {
        LimitKind.RequestsPerMinute => "requests",
        LimitKind.ConcurrentJobs => "jobs",
        LimitKind.TokensPerDay => "tokens",
        LimitKind.Connections => "connections",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A limit without a name: give it one here."),
    };
}
