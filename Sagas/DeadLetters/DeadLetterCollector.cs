using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Sagas.DeadLetters;

/// <summary>Puts dead letters into the record of failures, and sees to it that none leaves its job hanging.</summary>
internal sealed partial class DeadLetterCollector(IFailureStore failures, IDeliveryStore deliveries, IBus bus, ILogger<DeadLetterCollector> logger)
{
    /// <summary>What the saga is only told because something else went wrong. Were their dead letters told too, it would never end.</summary>
    private static readonly string[] Untold = [nameof(FailJobStep), nameof(CheckOverdueJob), nameof(StartNextTurn)];

    /// <exception cref="Exception">The letter must stay in its queue: it could not be recorded, or the saga not be told.</exception>
    public async Task CollectAsync(FailureRecord failure, CancellationToken cancellationToken)
    {
        await failures.AddAsync(failure, cancellationToken);
        Log.Collected(logger, failure.Queue, failure.Kind, failure.MessageType, failure.JobId, failure.Attempt);
        if (failure.Queue == ChatJobQueues.DeliverWebhook)
        {
            // The job has ended, and its listeners were told: what a webhook misses is shown on it, and changes nothing of it.
            await EndDeliveryAsync(failure, cancellationToken);
            return;
        }

        if (failure.JobId is not { } jobId || !MustBeTold(failure))
            return;

        var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(new FailJobStep { JobId = jobId, Attempt = failure.Attempt ?? FailJobStep.WhicheverItIs, Queue = failure.Queue }, cancellationToken);
    }

    private async Task EndDeliveryAsync(FailureRecord failure, CancellationToken cancellationToken)
    {
        if (DeadLetter.Command(failure) is DeliverWebhook command
            && await deliveries.GetAsync(command.JobId, command.WebhookId, command.Attempt, cancellationToken) is { State: WebhookDeliveryStates.Pending } pending
            && pending.Tries < command.Try)
        {
            // Where it changed meanwhile another message of it is being handled.
            await deliveries.TryReplaceAsync(
                pending, pending with { State = WebhookDeliveryStates.Undelivered, Reason = WebhookFailures.Internal, NextTryAt = null }, cancellationToken);
        }
    }

    // A command that a consumer gave up has told the saga by its Fault, before it came here; one that none could read has not.
    private static bool MustBeTold(FailureRecord failure) => failure.Queue == ChatJobQueues.ChatJob
        ? !Untold.Contains(failure.MessageType)
        : failure.Kind != FailureKinds.Error || !DeadLetter.IsReadable(failure);

    private static partial class Log
    {
        [LoggerMessage(2201, LogLevel.Error, "Dead letter of {Queue} ({Kind}): {MessageType} of job {JobId}, attempt {Attempt}. It is in the record of failures.")]
        public static partial void Collected(ILogger logger, string queue, string kind, string? messageType, Guid? jobId, int? attempt);
    }
}
