using CloudIa.EventLog;
using CloudIa.Processor.Context;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Usage;
using CloudIa.Store;

namespace CloudIa.Processor.Invoking;

/// <summary>Has one model answer within a run that has begun, and gives the run back where nothing came of it.</summary>
internal sealed partial class ModelRuns(IEventLog events, IRunStops stops, AnswerWriter writer, BrokenRuns broken, ProcessorMetrics metrics, TimeProvider time, ILogger<ModelRuns> logger)
{
    /// <summary>A release runs when all else may be going down: it must not hold that up, and the lease ends by itself.</summary>
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(2);

    /// <returns>The answer, which is kept now; null where another run, a stop or the attempt's end came first.</returns>
    public async Task<KeptAnswer?> RunAsync(LlmRun run, JobRecord job, ModelChoice model, Task<Conversation> asking, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var facts = new AnswerFacts(model.Model, model.Provider);
        using var stopped = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopped.Token);
        try
        {
            using var watch = await stops.WatchAsync(run.JobId, run.Attempt, stopped, cancellationToken);
            var request = (await asking).For(model);
            Log.Asking(logger, run.JobId, run.Attempt, run.Fence, model.Provider, model.Model, request.Messages.Count);

            var answer = await writer.WriteAsync(run, job.ChatId, model, request, facts, either.Token);
            if (answer is null || !await events.KeepAnswerAsync(run, answer, cancellationToken))
            {
                Log.Superseded(logger, run.JobId, run.Attempt, run.Fence);
                await broken.AddAsync(run, job, model, facts);
                return null;
            }

            metrics.Used(model.Provider, model.Model, answer.Model, answer.Usage, answer.Cost);
            Log.Answered(logger, run.JobId, run.Attempt, answer.Text.Length, time.GetElapsedTime(start).TotalMilliseconds);
            return answer;
        }
        catch (Exception) when (stopped.IsCancellationRequested)
        {
            Log.Stopped(logger, run.JobId, run.Attempt, run.Fence, time.GetElapsedTime(start).TotalMilliseconds);
            await broken.AddAsync(run, job, model, facts);
            return null;
        }
        catch (Exception exception)
        {
            Log.Broke(logger, run.JobId, run.Attempt, run.Fence, exception.GetType().Name);
            await ReleaseAsync(run);
            await broken.AddAsync(run, job, model, facts);

            // Shutdown, or the message's lock was lost: whatever came of that is no failure of the model's.
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Best effort: what went wrong before matters more, and without it the next try waits for the lease's end.</summary>
    private async Task ReleaseAsync(LlmRun run)
    {
        using var timeout = new CancellationTokenSource(ReleaseTimeout, time);
        try
        {
            await events.ReleaseAsync(run, timeout.Token);
        }
#pragma warning disable CA1031 // Any failure here would hide the one that led here.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NotReleased(logger, run.JobId, run.Attempt, run.Fence, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3107, LogLevel.Information, "Job {JobId}, attempt {Attempt}, run {Fence}: the model call was stopped on request after {Milliseconds:0} ms.")]
        public static partial void Stopped(ILogger logger, Guid jobId, int attempt, long fence, double milliseconds);

        [LoggerMessage(3101, LogLevel.Information, "Job {JobId}, attempt {Attempt}, run {Fence}: asking {Provider}'s {Model} with {Messages} messages.")]
        public static partial void Asking(ILogger logger, Guid jobId, int attempt, long fence, string provider, string model, int messages);

        [LoggerMessage(3102, LogLevel.Information, "Job {JobId}, attempt {Attempt}: answered with {Characters} characters in {Milliseconds:0} ms.")]
        public static partial void Answered(ILogger logger, Guid jobId, int attempt, int characters, double milliseconds);

        [LoggerMessage(3104, LogLevel.Information, "Job {JobId}, attempt {Attempt}, run {Fence}: stopped, another run or the attempt's end came first.")]
        public static partial void Superseded(ILogger logger, Guid jobId, int attempt, long fence);

        [LoggerMessage(3105, LogLevel.Warning, "Job {JobId}, attempt {Attempt}, run {Fence}: broke off ({Exception}).")]
        public static partial void Broke(ILogger logger, Guid jobId, int attempt, long fence, string exception);

        [LoggerMessage(3106, LogLevel.Warning, "Job {JobId}, attempt {Attempt}, run {Fence}: not released ({Exception}); the next try waits for the end of its lease.")]
        public static partial void NotReleased(ILogger logger, Guid jobId, int attempt, long fence, string exception);
    }
}
