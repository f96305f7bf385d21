using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>One queue's long polls, and a look at whether they bring nothing because SQS's cap of messages in flight is reached.</summary>
/// <param name="connection">Where the queue is.</param>
/// <param name="queue">The queue.</param>
/// <param name="waitSeconds">Of a poll, 0 to 20.</param>
/// <param name="cap">Told when the cap is reached, and when it no longer is.</param>
/// <param name="stopping">From then on nothing is looked at any more.</param>
internal sealed class QueuePoll(SqsConnection connection, QueueHandle queue, int waitSeconds,
    Func<(long Visible, long InFlight)?, Task> cap, CancellationToken stopping)
{
    private static readonly List<string> SystemAttributes =
    [
        MessageSystemAttributeName.ApproximateReceiveCount, MessageSystemAttributeName.SentTimestamp,
        MessageSystemAttributeName.MessageGroupId, MessageSystemAttributeName.MessageDeduplicationId,
        MessageSystemAttributeName.SequenceNumber,
    ];

    private static readonly TimeSpan CapPause = TimeSpan.FromSeconds(1);
    private static readonly List<string> AllMessageAttributes = ["All"];
    private static readonly List<string> Counts =
        [QueueAttributeName.ApproximateNumberOfMessages, QueueAttributeName.ApproximateNumberOfMessagesNotVisible];

    private readonly InFlightWatch _watch = new(() => CountAsync(connection, queue), cap, connection.Time);

    /// <summary>At most <paramref name="count"/> messages, which are 10 or fewer.</summary>
    public async Task<IReadOnlyList<Message>> ReceiveAsync(int count)
    {
        var request = new ReceiveMessageRequest(queue.Url)
        {
            MaxNumberOfMessages = count,
            WaitTimeSeconds = waitSeconds,
            MessageSystemAttributeNames = SystemAttributes,
            MessageAttributeNames = AllMessageAttributes,
        };
        try
        {
            var response = await connection.Polls.ReceiveMessageAsync(request, CancellationToken.None).ConfigureAwait(false);
            var messages = response.Messages ?? [];
            if (!stopping.IsCancellationRequested)
                await WatchAsync(messages.Count).ConfigureAwait(false);
            return messages;
        }
        catch (OverLimitException)
        {
            // What a short poll gets over the cap.
            await WatchAsync(0).ConfigureAwait(false);
            await Task.Delay(CapPause, connection.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return [];
        }
        catch (QueueDoesNotExistException)
        {
            // The endpoint starts again and creates it.
            connection.Queues.Forget(queue.Name);
            throw;
        }
    }

    private static async Task<(long Visible, long InFlight)> CountAsync(SqsConnection connection, QueueHandle queue)
    {
        var response = await connection.Sqs.GetQueueAttributesAsync(queue.Url, Counts, CancellationToken.None).ConfigureAwait(false);
        return (response.ApproximateNumberOfMessages, response.ApproximateNumberOfMessagesNotVisible);
    }

    private async Task WatchAsync(int messages)
    {
        try
        {
            await _watch.PolledAsync(messages).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // It only watches; polls go on.
            LogContext.Debug?.Log(exception, "Could not look at the counts of {Queue}", queue.Name);
        }
    }
}
