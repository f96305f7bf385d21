using CloudIa.Transport.Connection;

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
            await TryAsync(connection, message, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (BrokerErrors.IsGone(exception))
        {
            Forget(connection);
            await TryAsync(connection, message, cancellationToken).ConfigureAwait(false);
        }
    }

    protected abstract Task TryAsync(SqsConnection connection, OutgoingMessage message, CancellationToken cancellationToken);

    protected abstract void Forget(SqsConnection connection);
}
