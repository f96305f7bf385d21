using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class SubscribeRequest : AmazonSimpleNotificationServiceRequest
{
    public string TopicArn { get; set; } = "";

    public string Protocol { get; set; } = "";

    public string Endpoint { get; set; } = "";

    public Dictionary<string, string> Attributes { get; set; } = [];

    /// <summary>Whether the ARN is wanted even while the subscription waits for confirmation.</summary>
    public bool ReturnSubscriptionArn { get; set; }

    internal override string Action => "Subscribe";

    internal override void Write(QueryWriter query)
    {
        query.Set("TopicArn", TopicArn);
        query.Set("Protocol", Protocol);
        query.Set("Endpoint", Endpoint);
        query.Map("Attributes", Attributes);
        query.Set("ReturnSubscriptionArn", ReturnSubscriptionArn ? "true" : null);
    }
}
