using CloudIa.EventLog;
using CloudIa.Limits;
using CloudIa.Processor.Invoking;
using CloudIa.Processor.Llm;
using CloudIa.Store;

namespace CloudIa.Processor.Usage;

/// <summary>Writes down what calls of models used that nothing came of: their tokens are paid for all the same.</summary>
internal sealed partial class BrokenRuns(IUsageStore store, ILimits limits, PriceList prices, ProcessorMetrics metrics, TimeProvider time, ILogger<BrokenRuns> logger)
{
    /// <summary>It runs when all else may be going down.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Best effort: what broke the run matters more.</summary>
    public async Task AddAsync(LlmRun run, JobRecord job, ModelChoice model, AnswerFacts facts)
    {
        if (!facts.HasUsage)
        {
            return;
        }

        var usage = facts.Usage;
        var cost = prices.CostOf(model.Provider, facts.Model, model.Model, usage);
        metrics.Used(model.Provider, model.Model, facts.Model, usage, cost);
        using var timeout = new CancellationTokenSource(Patience, time);
        try
        {
            await store.AddAsync(
                new UsageRecord
                {
                    UserId = job.UserId,
                    JobId = job.JobId,
                    ChatId = job.ChatId,
                    Attempt = run.Attempt,
                    At = time.GetUtcNow(),
                    Model = facts.Model,
                    Usage = usage,
                    Cost = cost,
                    IsBroken = true,
                },
                timeout.Token);
            await limits.NoteAsync(job.UserId, new JobAttempt(job.JobId, run.Attempt), run.Fence, usage.Total(), timeout.Token);
        }
#pragma warning disable CA1031 // Any failure here would hide the one that led here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NotCounted(logger, job.JobId, run.Attempt, run.Fence, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "Job {JobId}, attempt {Attempt}, run {Fence}: what it used before it broke off was not written down ({Exception}).")]
        public static partial void NotCounted(ILogger logger, Guid jobId, int attempt, long fence, string exception);
    }
}
