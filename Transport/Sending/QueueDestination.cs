using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using CloudIa.Transport.Topology;
using MassTransit;

namespace CloudIa.Transport.Sending;

internal sealed class QueueDestination(QueueSettings queue) : Destination(queue.Name)
{
    public override int? DelaySeconds(TimeSpan? delay)
    {
        if (delay is not { } time || time <= TimeSpan.Zero)
            return null;

        if (queue.IsFifo)
        {
            throw new AmazonSqsTransportException(
                $"A message to {queue.Name} shall wait {time}, and a FIFO queue delays no single message: those behind it would wait, too. " +
                "Use UseMessageRetry there instead of redelivery and schedules, or DelaySeconds of the whole queue.");
        }

        if (time > AwsLimits.Delay)
        {
            throw new AmazonSqsTransportException(
                $"A message to {queue.Name} shall wait {time}, and SQS delays {AwsLimits.Delay} at most (DelaySeconds 900). " +
                "Take shorter redelivery intervals, or a scheduler that keeps the message elsewhere until then.");
        }

        // A delay is at least as long as asked for.
        return (int)Math.Ceiling(time.TotalSeconds);
    }

    protected override async Task TryAsync(SqsConnection connection, OutgoingMessage message, CancellationToken cancellationToken)
    {
        QueueHandle handle;
        try
        {
            handle = await connection.Queues.GetAsync(queue, cancellationToken, create: !queue.IsTemporary).ConfigureAwait(false);
        }
        catch (QueueDoesNotExistException) when (queue.IsTemporary)
        {
            // Creating it would leave a queue that nobody reads and nobody deletes.
            LogContext.Warning?.Log("{Queue} is a temporary queue that is gone with its endpoint, or the dead letters of a bus's own queue, which are not kept: nobody waits for what was sent there", queue.Name);
            return;
        }

        await handle.Sends.ExecuteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    protected override void Forget(SqsConnection connection) => connection.Queues.Forget(queue.Name);
}
