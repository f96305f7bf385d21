using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class SetSubscriptionAttributesRequest : AmazonSimpleNotificationServiceRequest
{
    public string SubscriptionArn { get; set; } = "";

    public string AttributeName { get; set; } = "";

    public string AttributeValue { get; set; } = "";

    internal override string Action => "SetSubscriptionAttributes";

    internal override void Write(QueryWriter query)
    {
        query.Set("SubscriptionArn", SubscriptionArn);
        query.Set("AttributeName", AttributeName);
        query.Set("AttributeValue", AttributeValue);
    }
}
