using Amazon;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SQS;
using MassTransit.AmazonSqsTransport;
using MassTransit.Transports;

namespace MassTransit;

/// <summary>What <c>cfg.Host(…)</c> was told.</summary>
public interface AmazonSqsHostSettings
{
    RegionEndpoint? Region { get; }

    /// <summary>Empty: <see cref="Credentials"/>, or the SDK's own chain.</summary>
    string AccessKey { get; }

    string SecretKey { get; }

    /// <summary>Null: the keys where there are some, else the SDK's own chain.</summary>
    AWSCredentials? Credentials => null;

    AmazonSQSConfig? SqsConfig => null;

    AmazonSimpleNotificationServiceConfig? SnsConfig => null;

    AllowTransportHeader? AllowTransportHeader { get; }

    bool ScopeTopics { get; }

    Uri HostAddress { get; }

    /// <summary>Clients with these settings, beside those of the bus. The caller disposes of them.</summary>
    IConnection CreateConnection();
}
