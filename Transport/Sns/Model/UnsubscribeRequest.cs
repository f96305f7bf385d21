using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class UnsubscribeRequest : AmazonSimpleNotificationServiceRequest
{
    public string SubscriptionArn { get; set; } = "";

    internal override string Action => "Unsubscribe";

    internal override void Write(QueryWriter query)
    {
        query.Set("SubscriptionArn", SubscriptionArn);
    }
}
