using Amazon.Runtime;
using Amazon.Runtime.Endpoints;

namespace Amazon.SimpleNotificationService.Internal;

internal sealed class SnsEndpointProvider : IEndpointProvider
{
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var sns = (SnsEndpointParameters)parameters;
        if (!string.IsNullOrEmpty(sns.Url))
            return new Endpoint(sns.Url);

        var region = sns.Region ?? throw new AmazonClientException(
            "The SNS client has neither a region nor a service URL, so it does not know whom to call. Set RegionEndpoint or ServiceURL.");
        var scheme = sns.PlainHttp ? "http" : "https";
        var host = sns.Fips ? "sns-fips" : "sns";
        var suffix = sns.DualStack ? "api.aws" : region.PartitionDnsSuffix;
        return new Endpoint($"{scheme}://{host}.{region.SystemName}.{suffix}");
    }
}
