using System.Xml.Linq;
using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class CreateTopicResponse : AmazonSimpleNotificationServiceResponse
{
    public string TopicArn { get; set; } = "";

    internal override void Read(XElement result)
    {
        TopicArn = result.Text("TopicArn") ?? "";
    }
}
