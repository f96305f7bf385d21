using System.Xml.Linq;
using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class GetSubscriptionAttributesResponse : AmazonSimpleNotificationServiceResponse
{
    public Dictionary<string, string> Attributes { get; set; } = [];

    internal override void Read(XElement result)
    {
        Attributes = result.Map("Attributes");
    }
}
