using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>The query protocol: one form field for each parameter, lists and maps numbered from 1.</summary>
internal sealed class SnsRequestMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static readonly SnsRequestMarshaller Instance = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var source = (AmazonSimpleNotificationServiceRequest)input;
        var request = new DefaultRequest(input, "Amazon.SimpleNotificationService");
        request.Parameters.Add("Action", source.Action);
        request.Parameters.Add("Version", SnsProtocol.Version);
        source.Write(new QueryWriter(request.Parameters));
        return request;
    }
}
