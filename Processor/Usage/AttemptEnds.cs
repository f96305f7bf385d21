using CloudIa.Contracts;
using CloudIa.Limits;
using CloudIa.Store;
using StackExchange.Redis;

namespace CloudIa.Processor.Usage;

/// <summary>Frees the place of an attempt whose outcome is stored, and settles what it had reserved.</summary>
internal sealed partial class AttemptEnds(ILimits limits, ILogger<AttemptEnds> logger)
{
    /// <param name="usage">Of an answer that this attempt made; null: of none.</param>
    public async Task AddAsync(JobRecord job, int attempt, TokenUsage? usage, CancellationToken cancellationToken)
    {
        try
        {
            await limits.EndAsync(job.UserId, new JobAttempt(job.JobId, attempt), usage?.Total() ?? 0, cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            // The row says that it has ended: whoever needs the place looks there.
            Log.NotFreed(logger, job.JobId, attempt, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3502, LogLevel.Warning, "Job {JobId}, attempt {Attempt}: its place could not be freed ({Exception}); it is when somebody needs it.")]
        public static partial void NotFreed(ILogger logger, Guid jobId, int attempt, string exception);
    }
}
