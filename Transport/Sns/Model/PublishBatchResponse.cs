using System.Xml.Linq;
using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class PublishBatchResponse : AmazonSimpleNotificationServiceResponse
{
    public List<PublishBatchResultEntry> Successful { get; set; } = [];

    public List<BatchResultErrorEntry> Failed { get; set; } = [];

    internal override void Read(XElement result)
    {
        Successful = result.List("Successful", x => new PublishBatchResultEntry
        {
            Id = x.Text("Id") ?? "",
            MessageId = x.Text("MessageId") ?? "",
        });
        Failed = result.List("Failed", x => new BatchResultErrorEntry
        {
            Id = x.Text("Id") ?? "",
            Code = x.Text("Code") ?? "",
            Message = x.Text("Message") ?? "",
            SenderFault = x.Text("SenderFault") == "true",
        });
    }
}
