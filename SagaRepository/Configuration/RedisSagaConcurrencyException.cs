namespace MassTransit;

/// <summary>
/// The saga is not in Redis as it was when this message read it: another message changed, created or removed it meanwhile, or it
/// expired. Nothing was written. A retry reads it anew: <c>UseMessageRetry(r => r.Handle&lt;ConcurrencyException&gt;())</c>.
/// </summary>
public sealed class RedisSagaConcurrencyException : ConcurrencyException
{
    public RedisSagaConcurrencyException(string message, Type sagaType, Guid correlationId)
        : base(message, sagaType, correlationId)
    {
    }

    public RedisSagaConcurrencyException(string message, Type sagaType, Guid correlationId, Exception innerException)
        : base(message, sagaType, correlationId, innerException)
    {
    }

    public RedisSagaConcurrencyException()
    {
    }
}
