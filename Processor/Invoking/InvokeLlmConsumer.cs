using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Processor.Configuration;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Usage;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>Has a model answer an attempt, unless its answer is kept already, and streams it into the job's log.</summary>
internal sealed partial class InvokeLlmConsumer(
    IJobStore jobs,
    IEventLog events,
    IRunStops stops,
    ModelCatalog models,
    ConversationBuilder conversations,
    AnswerWriter writer,
    BrokenRuns broken,
    ProcessorMetrics metrics,
    IOptions<ProcessorOptions> options,
    TimeProvider time,
    ILogger<InvokeLlmConsumer> logger) : IConsumer<InvokeLlm>
{
    /// <summary>A release runs when all else may be going down: it must not hold that up, and the lease ends by itself.</summary>
    private static readonly TimeSpan ReleaseTimeout = TimeSpan.FromSeconds(2);

    public async Task Consume(ConsumeContext<InvokeLlm> context)
    {
        var (message, cancellationToken) = (context.Message, context.CancellationToken);
        var keeping = events.GetAnswerAsync(message.JobId, cancellationToken);
        var reading = jobs.GetAsync(message.JobId, cancellationToken);
        await Task.WhenAll(reading, keeping);
        var job = await reading ?? throw new JobNotFoundException(message.JobId, nameof(InvokeLlm));

        if (job.Outcome is { } outcome && outcome.Attempt >= message.Attempt)
        {
            Log.DroppedAsEnded(logger, job.JobId, message.Attempt);
            await context.PublishFoundEndedAsync(job, message.Attempt);
            return;
        }

        var answer = await keeping ?? await AskAsync(job, message, cancellationToken);
        if (answer is null)
        {
            return;
        }

        await context.Publish(new LlmCompleted
        {
            JobId = message.JobId,
            Attempt = message.Attempt,
            Model = answer.Model,
            Usage = answer.Usage,
            Timestamp = time.GetUtcNow(),
        }, cancellationToken);
    }

    /// <returns>The answer that is kept now; null where it is not for this run to give.</returns>
    private async Task<KeptAnswer?> AskAsync(JobRecord job, InvokeLlm message, CancellationToken cancellationToken)
    {
        var model = models.Select(message.Model);

        // At once: the history has nothing to do with who may run. What becomes of it is seen to in the run.
        var asking = conversations.BuildAsync(job, cancellationToken);
        _ = asking.ContinueWith(static x => x.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var began = await events.BeginRunAsync(job.UserId, Started(job, message.Attempt), options.Value.RunLease, cancellationToken);
        switch (began)
        {
            case { Status: BeginRunStatus.Busy }:
                throw new ModelRunBusyException(job.JobId, message.Attempt, began.BusyFor);
            case { Status: BeginRunStatus.Begun, Run: { } run }:
                return await RunAsync(run, job, model, asking, cancellationToken);
            case { Status: BeginRunStatus.Answered }:
                return await events.GetAnswerAsync(job.JobId, cancellationToken) ?? throw new AnswerMissingException(job.JobId, message.Attempt);
            default:
                Log.DroppedAsEnded(logger, job.JobId, message.Attempt);
                return null;
        }
    }

    private async Task<KeptAnswer?> RunAsync(LlmRun run, JobRecord job, ModelChoice model, Task<ModelRequest> asking, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var facts = new AnswerFacts(model.Model);
        using var stopped = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopped.Token);
        try
        {
            using var watch = await stops.WatchAsync(run.JobId, run.Attempt, stopped, cancellationToken);
            var request = await asking;
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

    private JobStarted Started(JobRecord job, int attempt) => new()
    {
        JobId = job.JobId,
        ChatId = job.ChatId,
        Attempt = attempt,
        Timestamp = time.GetUtcNow(),
    };

    private static partial class Log
    {
        [LoggerMessage(3107, LogLevel.Information, "Job {JobId}, attempt {Attempt}, run {Fence}: the model call was stopped on request after {Milliseconds:0} ms.")]
        public static partial void Stopped(ILogger logger, Guid jobId, int attempt, long fence, double milliseconds);

        [LoggerMessage(3101, LogLevel.Information, "Job {JobId}, attempt {Attempt}, run {Fence}: asking {Provider}'s {Model} with {Messages} messages.")]
        public static partial void Asking(ILogger logger, Guid jobId, int attempt, long fence, string provider, string model, int messages);

        [LoggerMessage(3102, LogLevel.Information, "Job {JobId}, attempt {Attempt}: answered with {Characters} characters in {Milliseconds:0} ms.")]
        public static partial void Answered(ILogger logger, Guid jobId, int attempt, int characters, double milliseconds);

        [LoggerMessage(3103, LogLevel.Information, "Job {JobId}, attempt {Attempt}: dropped InvokeLlm, the attempt has ended or a newer one has begun.")]
        public static partial void DroppedAsEnded(ILogger logger, Guid jobId, int attempt);

        [LoggerMessage(3104, LogLevel.Information, "Job {JobId}, attempt {Attempt}, run {Fence}: stopped, another run or the attempt's end came first.")]
        public static partial void Superseded(ILogger logger, Guid jobId, int attempt, long fence);

        [LoggerMessage(3105, LogLevel.Warning, "Job {JobId}, attempt {Attempt}, run {Fence}: broke off ({Exception}).")]
        public static partial void Broke(ILogger logger, Guid jobId, int attempt, long fence, string exception);

        [LoggerMessage(3106, LogLevel.Warning, "Job {JobId}, attempt {Attempt}, run {Fence}: not released ({Exception}); the next try waits for the end of its lease.")]
        public static partial void NotReleased(ILogger logger, Guid jobId, int attempt, long fence, string exception);
    }
}
