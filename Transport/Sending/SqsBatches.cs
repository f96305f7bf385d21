using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Connection;

namespace CloudIa.Transport.Sending;

internal static class SqsBatches
{
    private static readonly Dictionary<string, MessageAttributeValue> EmptyTyped = [];

    public static async Task<IReadOnlyList<Exception?>> SendAsync(IAmazonSQS sqs, string queue, string url,
        IReadOnlyList<OutgoingMessage> messages)
    {
        var watch = SendWatch.Begin();
        try
        {
            var entries = messages.Select((x, i) => Entry(BatchOutcome.Id(i), x)).ToList();
            var response = await sqs.SendMessageBatchAsync(url, entries).ConfigureAwait(false);
            return BatchOutcome.Read("SendMessageBatch", queue, messages.Count, response.Successful?.Select(x => x.Id),
                response.Failed?.Select(x => (x.Id, x.Code, (string?)x.Message, x.SenderFault ?? false)), watch);
        }
        catch (Exception exception) when (BrokerErrors.IsOfBroker(exception) && !BrokerErrors.IsGone(exception))
        {
            throw BrokerErrors.Explain("SendMessage", queue, exception, mayBeSent: watch.MayBeSent);
        }
    }

    public static async Task<IReadOnlyList<Exception?>> DeleteAsync(IAmazonSQS sqs, string queue, string url,
        IReadOnlyList<string> receipts)
    {
        try
        {
            var entries = receipts.Select((x, i) => new DeleteMessageBatchRequestEntry(BatchOutcome.Id(i), x)).ToList();
            var response = await sqs.DeleteMessageBatchAsync(url, entries).ConfigureAwait(false);
            return BatchOutcome.Read("DeleteMessageBatch", queue, receipts.Count, response.Successful?.Select(x => x.Id),
                response.Failed?.Select(x => (x.Id, x.Code, (string?)x.Message, x.SenderFault ?? false)));
        }
        catch (Exception exception) when (BrokerErrors.IsOfBroker(exception) && !BrokerErrors.IsGone(exception))
        {
            throw BrokerErrors.Explain("DeleteMessage", queue, exception);
        }
    }

    private static Dictionary<string, MessageAttributeValue> Attributes(OutgoingMessage message)
    {
        var attributes = message.Attributes.ToDictionary(x => x.Key,
            x => new MessageAttributeValue { DataType = OutgoingMessage.StringType, StringValue = x.Value });
        foreach (var (name, value) in message.Typed ?? EmptyTyped)
            attributes[name] = value;
        return attributes;
    }

    private static SendMessageBatchRequestEntry Entry(string id, OutgoingMessage message) => new(id, message.Body)
    {
        MessageAttributes = Attributes(message),
        MessageGroupId = message.GroupId,
        MessageDeduplicationId = message.DeduplicationId,
        DelaySeconds = message.DelaySeconds,
    };
}
