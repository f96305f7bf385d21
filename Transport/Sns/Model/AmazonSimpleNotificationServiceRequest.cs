using Amazon.Runtime;
using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public abstract class AmazonSimpleNotificationServiceRequest : AmazonWebServiceRequest
{
    internal abstract string Action { get; }

    internal abstract void Write(QueryWriter query);
}
