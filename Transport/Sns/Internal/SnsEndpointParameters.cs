using Amazon.Runtime;
using Amazon.Runtime.Endpoints;

namespace Amazon.SimpleNotificationService.Internal;

internal sealed class SnsEndpointParameters(IClientConfig config, RegionEndpoint? alternate) : EndpointParameters
{
    public RegionEndpoint? Region { get; } = alternate ?? config.RegionEndpoint;

    public string? Url { get; } = config.ServiceURL;

    public bool Fips { get; } = config.UseFIPSEndpoint;

    public bool DualStack { get; } = config.UseDualstackEndpoint;

    public bool PlainHttp { get; } = config.UseHttp;
}
