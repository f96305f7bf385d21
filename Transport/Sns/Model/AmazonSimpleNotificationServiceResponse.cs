using System.Xml.Linq;
using Amazon.Runtime;

namespace Amazon.SimpleNotificationService.Model;

public abstract class AmazonSimpleNotificationServiceResponse : AmazonWebServiceResponse
{
    internal virtual void Read(XElement result)
    {
    }
}
