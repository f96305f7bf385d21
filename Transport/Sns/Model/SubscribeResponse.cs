using System.Xml.Linq;
using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class SubscribeResponse : AmazonSimpleNotificationServiceResponse
{
    public string SubscriptionArn { get; set; } = "";

    internal override void Read(XElement result)
    {
        SubscriptionArn = result.Text("SubscriptionArn") ?? "";
    }
}
