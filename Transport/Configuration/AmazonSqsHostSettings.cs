using Amazon;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using MassTransit.Transports;

namespace MassTransit;

/// <summary>What <c>cfg.Host(…)</c> was told.</summary>
public interface AmazonSqsHostSettings
{
    RegionEndpoint? Region { get; }

    /// <summary>Null: the SDK's own chain.</summary>
    AWSCredentials? Credentials { get; }

    AmazonSQSConfig? SqsConfig { get; }

    AmazonSimpleNotificationServiceConfig? SnsConfig { get; }

    AllowTransportHeader? AllowTransportHeader { get; }

    bool ScopeTopics { get; }

    Uri HostAddress { get; }
}
