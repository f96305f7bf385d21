using System.Xml.Linq;
using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class PublishResponse : AmazonSimpleNotificationServiceResponse
{
    public string MessageId { get; set; } = "";

    internal override void Read(XElement result)
    {
        MessageId = result.Text("MessageId") ?? "";
    }
}
