using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using CloudIa.Notifier.Configuration;

namespace CloudIa.Notifier.ApiGateway.Management;

/// <summary>
/// <c>@connections</c> on AWSSDK.Core's pipeline: credentials, signing and HTTP are the SDK's. (Its own package for this service is not needed for
/// three calls, and not served everywhere.)
/// </summary>
internal sealed class ConnectionsClient : AmazonServiceClient
{
    private readonly ConnectionUnmarshaller _unmarshaller;

    // With the SDK's own chain of credentials, which is asked when the first call is made.
    private ConnectionsClient(ApiGatewayOptions options, TimeProvider time)
        : base(new ConnectionsConfig(options)) => _unmarshaller = new ConnectionUnmarshaller(time);

    private ConnectionsClient(AWSCredentials credentials, ApiGatewayOptions options, TimeProvider time)
        : base(credentials, new ConnectionsConfig(options)) => _unmarshaller = new ConnectionUnmarshaller(time);

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata();

    public static ConnectionsClient Create(ApiGatewayOptions options, TimeProvider time) => string.IsNullOrEmpty(options.AccessKey)
        ? new ConnectionsClient(options, time)
        : new ConnectionsClient(new BasicAWSCredentials(options.AccessKey, options.SecretKey), options, time);

    /// <summary>Sends one frame.</summary>
    /// <exception cref="ConnectionsException">410: the connection is gone, or not open yet. 429: too many calls, or its client does not read. 403, 413: refused.</exception>
    public Task PostAsync(string connectionId, byte[] frame, CancellationToken cancellationToken) =>
        CallAsync(new ConnectionRequest("POST", connectionId, frame), cancellationToken);

    /// <summary>Closes a connection. One that is gone stays so.</summary>
    public async Task DeleteAsync(string connectionId, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(new ConnectionRequest("DELETE", connectionId), cancellationToken);
        }
        catch (ConnectionsException e) when (e.StatusCode is HttpStatusCode.Gone or HttpStatusCode.NotFound)
        {
            // As asked for.
        }
    }

    public async Task<bool> ExistsAsync(string connectionId, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(new ConnectionRequest("GET", connectionId), cancellationToken);
            return true;
        }
        catch (ConnectionsException e) when (e.StatusCode is HttpStatusCode.Gone or HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new Resolver());
        pipeline.AddHandlerAfter<RetryHandler>(new Auth());
    }

    private Task<ConnectionResponse> CallAsync(ConnectionRequest request, CancellationToken cancellationToken) => InvokeAsync<ConnectionResponse>(
        request, new InvokeOptions { RequestMarshaller = ConnectionMarshaller.Instance, ResponseUnmarshaller = _unmarshaller }, cancellationToken);

    private sealed class Resolver : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) => new();
    }

    /// <summary>Every call is signed with SigV4.</summary>
    private sealed class Auth : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class Metadata : IServiceMetadata
    {
        public string ServiceId => ConnectionsProtocol.ServiceId;

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }
}
