using CloudIa.Transport.Connection;
using CloudIa.Transport.Topology;
using MassTransit;

namespace CloudIa.Transport.Sending;

internal sealed class TopicDestination(TopicSettings topic) : Destination(topic.Name)
{
    public override int? DelaySeconds(TimeSpan? delay) =>
        delay is { } time && time > TimeSpan.Zero
            ? throw new AmazonSqsTransportException(
                $"A message to the topic {topic.Name} shall wait {time}, and SNS delivers at once. " +
                "Send it to a queue instead: SQS can delay.")
            : null;

    protected override async Task TryAsync(SqsConnection connection, OutgoingMessage message, CancellationToken cancellationToken)
    {
        var handle = await connection.Topics.GetAsync(topic, cancellationToken).ConfigureAwait(false);
        await handle.Publishes.ExecuteAsync(message, cancellationToken).ConfigureAwait(false);
    }

    protected override void Forget(SqsConnection connection) => connection.Topics.Forget(topic.Name);
}
