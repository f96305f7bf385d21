namespace CloudIa.Limits.Redis;

/// <summary>
/// What time it is for limits: Redis's own, so that replicas whose clocks differ count the same minute and the same day. Tests give another.
/// </summary>
/// <param name="Now">Null: the server's.</param>
internal sealed record LimitClock(Func<DateTimeOffset>? Now)
{
    public static readonly LimitClock OfServer = new(Now: null);
}
