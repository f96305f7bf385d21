using System.Xml.Linq;
using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class ListSubscriptionsByTopicResponse : AmazonSimpleNotificationServiceResponse
{
    public List<Subscription> Subscriptions { get; set; } = [];

    public string? NextToken { get; set; }

    internal override void Read(XElement result)
    {
        NextToken = result.Text("NextToken");
        Subscriptions = result.List("Subscriptions", x => new Subscription
        {
            SubscriptionArn = x.Text("SubscriptionArn") ?? "",
            TopicArn = x.Text("TopicArn") ?? "",
            Protocol = x.Text("Protocol") ?? "",
            Endpoint = x.Text("Endpoint") ?? "",
        });
    }
}
