using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.SimpleNotificationService.Internal;
using Amazon.SQS;

namespace Amazon.SimpleNotificationService;

/// <summary>Settings of an SNS client: region or service URL, timeouts, retries, HTTP.</summary>
public sealed class AmazonSimpleNotificationServiceConfig : ClientConfig
{
    // The timeouts and retry modes of a default configuration are the same for every service; SQS's are at hand.
    public AmazonSimpleNotificationServiceConfig()
        : base(new DefaultConfigurationProvider(AmazonSQSDefaultConfiguration.GetAllConfigurations()))
    {
        ServiceId = SnsProtocol.ServiceId;
        AuthenticationServiceName = SnsProtocol.SigningName;
        EndpointProvider = new SnsEndpointProvider();
    }

    public override string RegionEndpointServiceName => SnsProtocol.SigningName;

    public override string ServiceVersion => SnsProtocol.Version;

    public override string UserAgent => SnsProtocol.UserAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return EndpointProvider.ResolveEndpoint(new SnsEndpointParameters(this, parameters.AlternateEndpoint));
    }
}
