namespace Amazon.SimpleNotificationService.Model;

public sealed class Subscription
{
    public string SubscriptionArn { get; set; } = "";

    public string TopicArn { get; set; } = "";

    public string Protocol { get; set; } = "";

    public string Endpoint { get; set; } = "";
}
