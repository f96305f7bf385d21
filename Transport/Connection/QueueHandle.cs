using Amazon.SQS;
using CloudIa.Transport.Batching;
using CloudIa.Transport.Sending;

namespace CloudIa.Transport.Connection;

/// <summary>A queue that exists, and the batches on their way to it.</summary>
internal sealed class QueueHandle(string name, string url, IAmazonSQS sqs, TimeProvider time)
{
    public string Name => name;

    public string Url => url;

    public AdaptiveBatcher<OutgoingMessage> Sends { get; } =
        new(AwsLimits.IsFifo(name) ? BatchRules.Sends.InOrder : BatchRules.Sends, x => x.Size, x => SqsBatches.SendAsync(sqs, name, url, x), time);

    /// <summary>Receipt handles of messages that are done.</summary>
    public AdaptiveBatcher<string> Deletes { get; } =
        new(BatchRules.Deletes, _ => 0, x => SqsBatches.DeleteAsync(sqs, name, url, x), time);
}
