using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class GetTopicAttributesRequest : AmazonSimpleNotificationServiceRequest
{
    public string TopicArn { get; set; } = "";

    internal override string Action => "GetTopicAttributes";

    internal override void Write(QueryWriter query)
    {
        query.Set("TopicArn", TopicArn);
    }
}
