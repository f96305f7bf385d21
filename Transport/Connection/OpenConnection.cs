using Amazon.SimpleNotificationService;
using Amazon.SQS;
using MassTransit.AmazonSqsTransport;

namespace CloudIa.Transport.Connection;

/// <summary>A connection's clients for code outside the transport.</summary>
internal sealed class OpenConnection(SqsConnection connection, bool owned) : IConnection
{
    public IAmazonSQS SqsClient => connection.Sqs;

    public IAmazonSimpleNotificationService SnsClient => connection.Sns;

    public void Dispose()
    {
        if (owned)
            connection.DisposeClients();
    }
}
