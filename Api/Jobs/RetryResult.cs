using CloudIa.Limits;

namespace CloudIa.Api.Jobs;

/// <summary>What became of a request to try a job again.</summary>
internal abstract record RetryResult
{
    /// <summary>By this request, or before.</summary>
    public sealed record UnderWay : RetryResult;

    /// <summary>It has its answer: there is nothing to retry.</summary>
    public sealed record Completed : RetryResult;

    /// <summary>The user has reached a limit: nothing was begun.</summary>
    public sealed record Limited(LimitState Limit) : RetryResult;
}
