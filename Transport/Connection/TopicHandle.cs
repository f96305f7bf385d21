using Amazon.SimpleNotificationService;
using CloudIa.Transport.Batching;
using CloudIa.Transport.Sending;

namespace CloudIa.Transport.Connection;

/// <summary>A topic that exists, and the batches on their way to it.</summary>
internal sealed class TopicHandle(string name, string arn, IAmazonSimpleNotificationService sns, TimeProvider time)
{
    public string Name => name;

    public string Arn => arn;

    public AdaptiveBatcher<OutgoingMessage> Publishes { get; } =
        new(AwsLimits.IsFifo(name) ? BatchRules.Publishes.InOrder : BatchRules.Publishes, x => x.Size, x => SnsBatches.PublishAsync(sns, name, arn, x), time);
}
