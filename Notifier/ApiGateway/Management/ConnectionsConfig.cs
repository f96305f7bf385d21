using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.SQS;
using CloudIa.Notifier.Configuration;
using Endpoint = Amazon.Runtime.Endpoints.Endpoint;

namespace CloudIa.Notifier.ApiGateway.Management;

/// <summary>Settings of <see cref="ConnectionsClient"/>.</summary>
internal sealed class ConnectionsConfig : ClientConfig
{
    // The timeouts and retry modes of a default configuration are the same for every service; SQS's are at hand.
    public ConnectionsConfig(ApiGatewayOptions options)
        : base(new DefaultConfigurationProvider(AmazonSQSDefaultConfiguration.GetAllConfigurations()))
    {
        // Before anything of it is read: one without a region looks for its own, at last by asking the machine's metadata service.
        RegionEndpoint = RegionEndpoint.GetBySystemName(options.SigningRegion);
        ServiceId = ConnectionsProtocol.ServiceId;
        AuthenticationServiceName = ConnectionsProtocol.SigningName;
        EndpointProvider = new OneEndpoint(options.Endpoint!);
        ServiceURL = options.Endpoint;
        AuthenticationRegion = options.SigningRegion;
        Timeout = options.RequestTimeout;

        // The sink tries again: it knows how long its reader is waited for.
        MaxErrorRetry = 0;
    }

    public override string RegionEndpointServiceName => ConnectionsProtocol.SigningName;

    public override string ServiceVersion => ConnectionsProtocol.Version;

    public override string UserAgent => ConnectionsProtocol.UserAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(new EndpointParameters());

    /// <summary>An API's stage has one address.</summary>
    private sealed class OneEndpoint(string address) : IEndpointProvider
    {
        private readonly string _address = address.TrimEnd('/');

        public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(_address);
    }
}
