using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using CloudIa.Transport.Connection;

namespace CloudIa.Transport.Sending;

internal static class SnsBatches
{
    public static async Task<IReadOnlyList<Exception?>> PublishAsync(IAmazonSimpleNotificationService sns, string topic, string arn,
        IReadOnlyList<OutgoingMessage> messages)
    {
        var watch = SendWatch.Begin();
        try
        {
            var request = new PublishBatchRequest
            {
                TopicArn = arn,
                PublishBatchRequestEntries = [.. messages.Select((x, i) => Entry(BatchOutcome.Id(i), x))],
            };
            var response = await sns.PublishBatchAsync(request).ConfigureAwait(false);
            return BatchOutcome.Read("PublishBatch", topic, messages.Count, response.Successful?.Select(x => x.Id),
                response.Failed?.Select(x => (x.Id, x.Code, (string?)x.Message, x.SenderFault)), watch);
        }
        catch (Exception exception) when (BrokerErrors.IsOfBroker(exception) && !BrokerErrors.IsGone(exception))
        {
            throw BrokerErrors.Explain("Publish", topic, exception, mayBeSent: watch.MayBeSent);
        }
    }

    private static PublishBatchRequestEntry Entry(string id, OutgoingMessage message) => new()
    {
        Id = id,
        Message = message.Body,
        MessageAttributes = message.Attributes.ToDictionary(x => x.Key, x => new MessageAttributeValue { StringValue = x.Value }),
        MessageGroupId = message.GroupId,
        MessageDeduplicationId = message.DeduplicationId,
    };
}
