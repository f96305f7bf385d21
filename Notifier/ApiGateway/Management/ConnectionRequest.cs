using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace CloudIa.Notifier.ApiGateway.Management;

/// <summary>A call of <c>@connections/{id}</c>.</summary>
/// <param name="method"><c>POST</c> sends a frame, <c>GET</c> asks whether the connection is there, <c>DELETE</c> closes it.</param>
/// <param name="frame">What is sent; null for the others.</param>
internal sealed class ConnectionRequest(string method, string connectionId, byte[]? frame = null) : AmazonWebServiceRequest
{
    public string Method => method;

    public string ConnectionId => connectionId;

    public byte[]? Frame => frame;
}

internal sealed class ConnectionResponse : AmazonWebServiceResponse;

internal sealed class ConnectionMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public static readonly ConnectionMarshaller Instance = new();

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var source = (ConnectionRequest)input;
        var request = new DefaultRequest(input, "Amazon.ApiGatewayManagementApi")
        {
            HttpMethod = source.Method,
            ResourcePath = "/@connections/{ConnectionId}",
        };
        request.AddPathResource("{ConnectionId}", source.ConnectionId);
        if (source.Frame is { } frame)
        {
            request.Content = frame;
            request.Headers["Content-Type"] = "application/octet-stream";
        }

        return request;
    }
}
