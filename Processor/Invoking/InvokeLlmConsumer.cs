using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Processor.Configuration;
using CloudIa.Processor.Context;
using CloudIa.Processor.Llm;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>Has a model answer an attempt, unless its answer is kept already, and streams it into the job's log.</summary>
/// <remarks>
/// Of several providers of a model the next takes over where one cannot answer, also in mid-answer: in a run of its own, which begins with
/// <c>message_reset</c> where something was said. Where none can the command is sent again, for later.
/// </remarks>
internal sealed partial class InvokeLlmConsumer(
    IJobStore jobs,
    IEventLog events,
    ModelCatalog models,
    ConversationBuilder conversations,
    ModelRuns runs,
    Postponement postponement,
    IOptions<ProcessorOptions> options,
    TimeProvider time,
    ILogger<InvokeLlmConsumer> logger) : IConsumer<InvokeLlm>
{
    public async Task Consume(ConsumeContext<InvokeLlm> context)
    {
        var (message, cancellationToken, began) = (context.Message, context.CancellationToken, time.GetUtcNow());
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

        KeptAnswer? answer;
        try
        {
            answer = await keeping ?? await AskAsync(job, message, cancellationToken);
        }
        catch (ModelUnavailableException failure)
        {
            await postponement.PostponeAsync(context, job, began, failure);
            return;
        }

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

    /// <returns>The answer that is kept now; null where it is not for this command to give.</returns>
    private async Task<KeptAnswer?> AskAsync(JobRecord job, InvokeLlm message, CancellationToken cancellationToken)
    {
        var failed = new FailedProviders();
        Task<Conversation>? asking = null;
        foreach (var model in models.Candidates(message.Model))
        {
            if (model.Circuit?.Refusal() is { } wait)
            {
                Log.LeftAlone(logger, job.JobId, message.Attempt, model.Provider, wait.TotalSeconds);
                failed.Add(model.Provider, LeftAlone(model, wait));
                continue;
            }

            // At once: the history has nothing to do with who may run. What becomes of it is seen to in the run.
            asking ??= BuildAsync(job, cancellationToken);
            var began = await events.BeginRunAsync(job.UserId, Started(job, message.Attempt), options.Value.RunLease, cancellationToken);
            if (began is not { Status: BeginRunStatus.Begun, Run: { } run })
            {
                return await WithoutRunAsync(job, message, began, cancellationToken);
            }

            try
            {
                return await runs.RunAsync(run, job, model, asking, cancellationToken);
            }
            catch (Exception failure) when (FailedProviders.FailsOver(failure))
            {
                Log.Failed(logger, job.JobId, message.Attempt, run.Fence, model.Provider, FailedProviders.ReasonOf(failure));
                failed.Add(model.Provider, failure);
            }
        }

        throw failed.ToException();
    }

    private async Task<KeptAnswer?> WithoutRunAsync(JobRecord job, InvokeLlm message, BeginRunResult began, CancellationToken cancellationToken)
    {
        switch (began.Status)
        {
            case BeginRunStatus.Busy:
                throw new ModelRunBusyException(job.JobId, message.Attempt, began.BusyFor);
            case BeginRunStatus.Answered:
                return await events.GetAnswerAsync(job.JobId, cancellationToken) ?? throw new AnswerMissingException(job.JobId, message.Attempt);
            default:
                Log.DroppedAsEnded(logger, job.JobId, message.Attempt);
                return null;
        }
    }

    private Task<Conversation> BuildAsync(JobRecord job, CancellationToken cancellationToken)
    {
        var asking = conversations.BuildAsync(job, cancellationToken);
        _ = asking.ContinueWith(static x => x.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return asking;
    }

    private static ModelUnavailableException LeftAlone(ModelChoice model, TimeSpan wait) => new(
        ModelFailureReason.CircuitOpen, $"The provider '{model.Provider}' is left alone for a while (circuit open), so it was not asked.", wait);

    private JobStarted Started(JobRecord job, int attempt) => new()
    {
        JobId = job.JobId,
        ChatId = job.ChatId,
        Attempt = attempt,
        Timestamp = time.GetUtcNow(),
    };

    private static partial class Log
    {
        [LoggerMessage(3103, LogLevel.Information, "Job {JobId}, attempt {Attempt}: dropped InvokeLlm, the attempt has ended or a newer one has begun.")]
        public static partial void DroppedAsEnded(ILogger logger, Guid jobId, int attempt);

        [LoggerMessage(3108, LogLevel.Warning, "Job {JobId}, attempt {Attempt}, run {Fence}: {Provider} could not answer ({Reason}).")]
        public static partial void Failed(ILogger logger, Guid jobId, int attempt, long fence, string provider, string reason);

        [LoggerMessage(3109, LogLevel.Information, "Job {JobId}, attempt {Attempt}: {Provider} was not asked, its circuit is open for {Seconds:0.#} s more.")]
        public static partial void LeftAlone(ILogger logger, Guid jobId, int attempt, string provider, double seconds);
    }
}
