using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class PublishRequest : AmazonSimpleNotificationServiceRequest
{
    public string TopicArn { get; set; } = "";

    public string Message { get; set; } = "";

    public Dictionary<string, MessageAttributeValue> MessageAttributes { get; set; } = [];

    public string? MessageGroupId { get; set; }

    public string? MessageDeduplicationId { get; set; }

    internal override string Action => "Publish";

    internal override void Write(QueryWriter query)
    {
        query.Set("TopicArn", TopicArn);
        query.Set("Message", Message);
        query.Attributes("MessageAttributes", MessageAttributes);
        query.Set("MessageGroupId", MessageGroupId);
        query.Set("MessageDeduplicationId", MessageDeduplicationId);
    }
}
