using CloudIa.Transport.Batching;
using CloudIa.Transport.Connection;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Ends a delivery: deletes the message, or lets it come back.</summary>
internal sealed class SqsReceiveLock(HeldMessage held, QueueHandle queue, VisibilityKeeper keeper, Deleter deleter,
    AdaptiveBatcher<(string Receipt, int Seconds)> visibility, ReceiveSettings settings, Uri inputAddress) : ReceiveLockContext
{
    // The work is done and its outcome sent: nobody waits for the delete, and a stop drains it.
    public Task Complete()
    {
        // First, so that a message which comes again from here on is known as done.
        held.Complete();
        keeper.Release(held);
        if (held.Lost)
        {
            LogContext.Warning?.Log("Message {MessageId} of {Queue} was finished after its lock was lost, so it comes again",
                held.Message.MessageId, queue.Name);
        }

        held.Deletion = deleter.Delete(held.Message.MessageId, held.Receipt);
        return Task.CompletedTask;
    }

    public async Task Faulted(Exception exception)
    {
        held.GiveBack();
        keeper.Release(held);
        if (held.Lost)
            return;

        try
        {
            await visibility.ExecuteAsync((held.Receipt, (int)settings.RedeliverVisibilityTimeout.TotalSeconds)).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            LogContext.Warning?.Log(failure, "Message {MessageId} of {Queue} could not be given back and comes again when its lock ends",
                held.Message.MessageId, queue.Name);
        }
    }

    public Task ValidateLockStatus() => held.Lost
        ? Task.FromException(new TransportException(inputAddress,
            $"The lock of message {held.Message.MessageId} of {queue.Name} is lost: SQS delivers it again, " +
            "so this delivery must change nothing."))
        : Task.CompletedTask;
}
