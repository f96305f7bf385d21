using Amazon.SimpleNotificationService.Model;
using Amazon.SQS.Model;
using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Sending;

/// <summary>Where messages of one send transport go.</summary>
internal abstract class Destination(string name)
{
    public string Name => name;

    public abstract int? DelaySeconds(TimeSpan? delay);

    /// <summary>Sends; where the entity has gone since it was found, finds or creates it and tries once more.</summary>
    public async Task SendAsync(SqsConnection connection, OutgoingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            try
            {
                await TryAsync(connection, message, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is QueueDoesNotExistException or NotFoundException)
            {
                Forget(connection);
                await TryAsync(connection, message, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not MassTransitException
            && BrokerErrors.IsOutage(exception))
        {
            throw BrokerErrors.Outage($"Could not find {name}", exception);
        }
    }

    protected abstract Task TryAsync(SqsConnection connection, OutgoingMessage message, CancellationToken cancellationToken);

    protected abstract void Forget(SqsConnection connection);
}
