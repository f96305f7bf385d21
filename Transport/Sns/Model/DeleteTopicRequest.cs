using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class DeleteTopicRequest : AmazonSimpleNotificationServiceRequest
{
    public string TopicArn { get; set; } = "";

    internal override string Action => "DeleteTopic";

    internal override void Write(QueryWriter query)
    {
        query.Set("TopicArn", TopicArn);
    }
}
