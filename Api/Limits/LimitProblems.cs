using CloudIa.Api.OpenAi;
using CloudIa.Api.Problems;
using CloudIa.Limits;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.Api.Limits;

/// <summary>A refusal in the words of each door.</summary>
internal static class LimitProblems
{
    public static ProblemHttpResult Of(LimitState limit)
    {
        var (type, title) = limit.Kind switch
        {
            LimitKind.RequestsPerMinute => ("too-many-requests", "You ask too often."),
            LimitKind.ConcurrentJobs => ("too-many-jobs", "You have as many jobs under way as you can have."),
            LimitKind.TokensPerDay => ("token-quota-exceeded", "Your tokens for today are used up."),
            _ => ("too-many-connections", "You have as many connections as you can have."),
        };
        return ApiProblems.TooMany(type, title, Detail(limit), new()
        {
            ["limit"] = LimitNames.Of(limit.Kind),
            ["quota"] = limit.Quota,
            ["retryAfter"] = RateLimitFields.Seconds(limit),
            // The name that the draft gives it.
            ["violated-policies"] = new[] { LimitNames.Of(limit.Kind) },
        });
    }

    /// <summary>As OpenAI says it. What only tomorrow brings back is a quota, which its clients are told not to try again for.</summary>
    public static OpenAiError OnDoor(LimitState limit) => new()
    {
        Status = StatusCodes.Status429TooManyRequests,
        Code = limit.Kind == LimitKind.TokensPerDay ? "insufficient_quota" : "rate_limit_exceeded",
        LimitType = limit.Kind == LimitKind.TokensPerDay ? "insufficient_quota" : "requests",
        Message = Detail(limit),
        Retryable = limit.Kind != LimitKind.TokensPerDay,
    };

    private static string Detail(LimitState limit) => limit.Kind switch
    {
        LimitKind.RequestsPerMinute => $"{limit.Quota} requests a minute are allowed. Send it again in {RateLimitFields.Seconds(limit)} s.",
        LimitKind.ConcurrentJobs => $"{limit.Quota} jobs may be under way at once, those that wait included. Send it again when one has ended, or cancel one.",
        LimitKind.TokensPerDay => $"{limit.Quota} tokens a day are allowed, {limit.Remaining} of them are left, and this message may need more. A new day begins in {RateLimitFields.Seconds(limit)} s (00:00 UTC).",
        _ => $"{limit.Quota} connections may be open at once. Close one, and connect again.",
    };
}
