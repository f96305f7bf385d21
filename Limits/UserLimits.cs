namespace CloudIa.Limits;

/// <summary>The numbers that hold for one user, by their tier or without one. 0 is no limit.</summary>
public sealed record UserLimits(int RequestsPerMinute, int ConcurrentJobs, long TokensPerDay, int Connections, int AnswerTokens)
{
    internal bool CountsRequests => RequestsPerMinute > 0;

    internal bool CountsJobs => ConcurrentJobs > 0 || TokensPerDay > 0;
}

/// <summary>Whom a limit is asked for.</summary>
/// <param name="UserId">Whose requests, jobs and tokens are counted, whatever their tier.</param>
/// <param name="Tier">By which numbers. Null, or a tier that there is not (any more): those without one.</param>
public readonly record struct LimitedUser(string UserId, string? Tier);
