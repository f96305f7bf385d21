using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class PublishBatchRequest : AmazonSimpleNotificationServiceRequest
{
    public string TopicArn { get; set; } = "";

    public List<PublishBatchRequestEntry> PublishBatchRequestEntries { get; set; } = [];

    internal override string Action => "PublishBatch";

    internal override void Write(QueryWriter query)
    {
        query.Set("TopicArn", TopicArn);
        for (var index = 0; index < PublishBatchRequestEntries.Count; index++)
        {
            var entry = PublishBatchRequestEntries[index];
            var prefix = QueryWriter.Numbered("PublishBatchRequestEntries.member", index + 1);
            query.Set(prefix + ".Id", entry.Id);
            query.Set(prefix + ".Message", entry.Message);
            query.Attributes(prefix + ".MessageAttributes", entry.MessageAttributes);
            query.Set(prefix + ".MessageGroupId", entry.MessageGroupId);
            query.Set(prefix + ".MessageDeduplicationId", entry.MessageDeduplicationId);
        }
    }
}
