using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Processor.Configuration;
using CloudIa.Processor.Llm;
using CloudIa.ServiceDefaults.Jobs;
using CloudIa.ServiceDefaults.Messaging.Rings;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Invoking;

/// <summary>
/// What becomes of a command whose model no provider can answer just now: it is sent again, to come when the next try is worth while, and the listeners are
/// told when that is. Tries in which a provider was asked are counted (<c>Processor:RedeliveryLimit</c>); those in which all were open or busy are not.
/// Either ends when the time to answer does (<c>Jobs:InvokingDeadline</c>).
/// </summary>
/// <remarks>
/// Sent, not redelivered by MassTransit: the command itself carries the count and the end, and nothing that only waited is used up. A process that dies
/// between sending and acknowledging leaves two commands; one of them finds the other's run alive, or its answer.
/// </remarks>
internal sealed partial class Postponement(
    IEventLog events, ModelCatalog models, IOptions<ProcessorOptions> processor, IOptions<JobOptions> jobs, Random random, TimeProvider time, ILogger<Postponement> logger)
{
    private readonly TimeSpan[] _delays = processor.Value.RedeliveryDelays;

    /// <param name="began">When this try began.</param>
    /// <exception cref="ModelUnavailableException">That was the last try.</exception>
    /// <exception cref="ModelCircuitOpenException">There is no time left for another, and no provider was asked in this one.</exception>
    public async Task PostponeAsync(ConsumeContext<InvokeLlm> context, JobRecord job, DateTimeOffset began, ModelUnavailableException failure)
    {
        var (message, now) = (context.Message, time.GetUtcNow());

        // A try that begins in time may take as long as all providers together.
        var giveUpAt = message.GiveUpAt ?? began + jobs.Value.InvokingDeadline - models.LongestPass(message.Model);
        var tries = failure.WasAsked ? message.Tries + 1 : message.Tries;
        if (tries > _delays.Length)
        {
            throw failure;
        }

        var wait = Wait(failure, tries);
        if (now + wait > giveUpAt)
        {
            throw failure.WasAsked ? failure : new ModelCircuitOpenException(wait);
        }

        await TellAsync(job, message.Attempt, now, wait, failure, context.CancellationToken);
        var endpoint = await context.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.InvokeLlm));
        await endpoint.Send(
            message with { Tries = tries, GiveUpAt = giveUpAt },
            Pipe.Execute<SendContext<InvokeLlm>>(send => send.Delay = wait),
            context.CancellationToken);
        Log.Postponed(logger, job.JobId, message.Attempt, wait.TotalSeconds, failure.Reason, tries, giveUpAt);
    }

    /// <summary>Varied, so that what failed together does not come back together; never before the time that is known.</summary>
    private TimeSpan Wait(ModelUnavailableException failure, int tries)
    {
        var jitter = jobs.Value.RedeliveryJitter;
#pragma warning disable CA5394 // Nothing is kept secret by it.
        var chance = random.NextDouble();
#pragma warning restore CA5394
        var asked = failure.RetryAfter ?? TimeSpan.Zero;
        var wait = failure.WasAsked ? _delays[tries - 1] * (1 - jitter + (2 * jitter * chance)) : processor.Value.RedeliveryDelay * (1 + (jitter * chance));
        wait = asked > wait ? asked * (1 + (jitter * chance)) : wait;
        return wait < RingExtensions.LongestDelay ? wait : RingExtensions.LongestDelay;
    }

    /// <summary>Best effort: the word matters less than the next try.</summary>
    private async Task TellAsync(JobRecord job, int attempt, DateTimeOffset now, TimeSpan wait, ModelUnavailableException failure, CancellationToken cancellationToken)
    {
        try
        {
            await events.DelayAsync(job.UserId, new JobDelayed
            {
                JobId = job.JobId,
                ChatId = job.ChatId,
                Attempt = attempt,
                Timestamp = now,
                Until = now + wait,
                Reason = ReasonOf(failure),
            }, cancellationToken);
        }
#pragma warning disable CA1031 // Redis may be away just now; the job goes on all the same.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotTold(logger, job.JobId, attempt, exception.GetType().Name);
        }
    }

    private static string ReasonOf(ModelUnavailableException failure) => failure switch
    {
        { WasAsked: true } => JobDelays.ProviderFailed,
        { Reason: ModelFailureReason.CircuitOpen } => JobDelays.CircuitOpen,
        _ => JobDelays.ProviderBusy,
    };

    private static partial class Log
    {
        [LoggerMessage(3110, LogLevel.Information, "Job {JobId}, attempt {Attempt}: tried again in {Seconds:0.#} s ({Reason}), after {Tries} tries in vain, until {GiveUpAt:O}.")]
        public static partial void Postponed(ILogger logger, Guid jobId, int attempt, double seconds, ModelFailureReason reason, int tries, DateTimeOffset giveUpAt);

        [LoggerMessage(3111, LogLevel.Warning, "Job {JobId}, attempt {Attempt}: its listeners were not told that it waits ({Exception}).")]
        public static partial void NotTold(ILogger logger, Guid jobId, int attempt, string exception);
    }
}
