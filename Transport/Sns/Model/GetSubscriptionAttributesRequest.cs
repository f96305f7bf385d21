using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class GetSubscriptionAttributesRequest : AmazonSimpleNotificationServiceRequest
{
    public string SubscriptionArn { get; set; } = "";

    internal override string Action => "GetSubscriptionAttributes";

    internal override void Write(QueryWriter query)
    {
        query.Set("SubscriptionArn", SubscriptionArn);
    }
}
