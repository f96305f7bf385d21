using CloudIa.Limits;
using CloudIa.Store;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Api.Limits;

/// <summary>Asks a user's limits for one request, and remembers the answer for its headers. Where Redis does not answer nothing is admitted: a job needs it anyway.</summary>
internal sealed partial class Admissions(ILimits limits, IJobStore jobs, IOptions<LimitOptions> options, ApiMetrics metrics, ILogger<Admissions> logger)
{
    /// <summary>What was said last; unlimited while nothing was asked.</summary>
    public Admission Last { get; private set; } = Admission.Unlimited;

    /// <param name="job">Null: the request begins none.</param>
    /// <returns>The limit that is in the way; null: none is.</returns>
    public async Task<LimitState?> RefusalAsync(LimitedUser user, PlannedJob? job)
    {
        // Not to be cancelled: whoever does not wait for the answer does not know what was taken.
        Last = await limits.AdmitAsync(user, job, isCounted: false, CancellationToken.None);
        if (Last.Doubtful is { Count: > 0 } doubtful && await FreeAsync(user.UserId, doubtful) > 0)
            Last = await limits.AdmitAsync(user, job, isCounted: true, CancellationToken.None);

        if (Last.Refusal is { } refusal)
        {
            metrics.Refused(refusal.Kind);
            Log.Refused(logger, refusal.Kind, refusal.Quota);
        }

        return Last.Refusal;
    }

    /// <summary>How many tokens a job may use, as far as can be told: what it says, and an answer of the greatest length that it asks for. Not what its chat adds: that is not read before.</summary>
    public PlannedJob Plan(JobAttempt job, string? tier, string prompt, string? conversation, string? systemPrompt)
    {
        // Where another tier's are counted these are reserved too: their user may have that one as well.
        if (!options.Value.CountsTokens)
            return new(job, 0);

        var answer = conversation is null ? null : GivenConversation.Parse(conversation).MaxTokens;
        return new(job, TokenEstimate.Of(prompt) + TokenEstimate.Of(conversation) + TokenEstimate.Of(systemPrompt) + (answer ?? options.Value.Of(tier).AnswerTokens));
    }

    /// <summary>The request has begun no job. Best effort: what stays taken is found as doubtful.</summary>
    public async Task GiveBackAsync(string userId, JobAttempt job)
    {
        try
        {
            await limits.GiveBackAsync(userId, job, CancellationToken.None);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            Log.NotGivenBack(logger, exception, job.JobId);
        }
    }

    /// <summary>The rows know which jobs run. An attempt without one, or that has ended, holds its place for nobody: its request died, or word of its end was lost.</summary>
    private async Task<int> FreeAsync(string userId, IReadOnlyList<JobAttempt> doubtful)
    {
        var freed = 0;
        await Task.WhenAll(doubtful.Select(async attempt =>
        {
            var row = await jobs.GetAsync(attempt.JobId, CancellationToken.None);
            var ended = row?.Outcome;
            if (row is { IsOpen: true } && (ended is null || ended.Attempt < attempt.Attempt))
                return;

            var usage = ended?.Attempt == attempt.Attempt ? ended.Usage : null;
            await limits.EndAsync(userId, attempt, (usage?.InputTokens ?? 0) + (usage?.OutputTokens ?? 0), CancellationToken.None);
            Interlocked.Increment(ref freed);
            Log.Freed(logger, attempt.JobId, attempt.Attempt);
        }));
        if (freed > 0)
            metrics.Freed(freed);
        return freed;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "A request was refused: its user's limit of {Limit} is {Quota}.")]
        public static partial void Refused(ILogger logger, LimitKind limit, long quota);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The place of job {JobId}, which did not begin, could not be given back: it is freed when somebody needs it.")]
        public static partial void NotGivenBack(ILogger logger, Exception exception, Guid jobId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId}, attempt {Attempt}, held a place and does not run: the place is free.")]
        public static partial void Freed(ILogger logger, Guid jobId, int attempt);
    }
}
