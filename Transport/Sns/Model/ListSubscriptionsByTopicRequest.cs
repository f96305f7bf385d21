using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class ListSubscriptionsByTopicRequest : AmazonSimpleNotificationServiceRequest
{
    public string TopicArn { get; set; } = "";

    public string? NextToken { get; set; }

    internal override string Action => "ListSubscriptionsByTopic";

    internal override void Write(QueryWriter query)
    {
        query.Set("TopicArn", TopicArn);
        query.Set("NextToken", NextToken);
    }
}
