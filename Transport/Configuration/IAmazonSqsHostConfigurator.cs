using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using MassTransit.Transports;

namespace MassTransit;

public interface IAmazonSqsHostConfigurator
{
    void AccessKey(string accessKey);

    void SecretKey(string secretKey);

    /// <summary>Default: the SDK's own chain (environment, profile, container, instance).</summary>
    void Credentials(AWSCredentials credentials);

    /// <summary>Prefixes the bus's address, and with <paramref name="scopeTopics"/> the names of all topics with <c>{scope}_</c>.</summary>
    void Scope(string scope, bool scopeTopics = false);

    void EnableScopedTopics();

    /// <summary>
    /// The SQS client's settings. Where they leave them open: a send times out after 5 s, connecting after 2 s, and is tried
    /// 3 times in all; a poll times out 15 s after its wait. An HttpClientFactory here replaces our two connection pools.
    /// </summary>
    void Config(AmazonSQSConfig? config);

    /// <summary>The SNS client's settings; open ones as for SQS.</summary>
    void Config(AmazonSimpleNotificationServiceConfig? config);

    /// <summary>Says which headers become message attributes (default: all). The envelope has them anyway.</summary>
    void AllowTransportHeader(AllowTransportHeader? allowTransportHeader);
}
