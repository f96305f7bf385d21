using Amazon.SimpleNotificationService;
using Amazon.SQS;

namespace MassTransit.AmazonSqsTransport;

/// <summary>The SDK's clients, with a bus's credentials and settings.</summary>
public interface IConnection : IDisposable
{
    IAmazonSQS SqsClient { get; }

    IAmazonSimpleNotificationService SnsClient { get; }
}
