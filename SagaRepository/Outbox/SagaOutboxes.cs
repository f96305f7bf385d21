using MassTransit;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>The outboxes of one type of sagas: what goes into them, and what goes out again.</summary>
internal sealed class SagaOutboxes<TSaga>(OutboxSettings settings, TimeProvider time) : ISagaOutboxes
    where TSaga : class, ISaga
{
    /// <summary>About 10 MB when full.</summary>
    private const int RememberedEvents = 65_536;

    private readonly SentEvents _sent = new(RememberedEvents);

    public OutboxSettings Settings => settings;

    public DateTimeOffset Now => time.GetUtcNow();

    public Type SagaType => typeof(TSaga);

    public EventOutbox Open<T>(ConsumeContext<T> context)
        where T : class =>
        new(this, context.CorrelationId ?? Guid.Empty, context.GetOriginalMessageId(), typeof(T));

    public bool IsSent(Guid sagaId, string eventId) => _sent.Contains(sagaId, eventId);

    public void SetSent(Guid sagaId, string eventId) => _sent.Add(sagaId, eventId);

    public void SetUnsent(Guid sagaId, string eventId) => _sent.Remove(sagaId, eventId);

    /// <summary>
    /// What is to be written: without events that are too old, without messages that have gone, and of the events without messages only the
    /// last ones. A message that may not have gone stays: only its own event, when it comes again, knows that it has not.
    /// </summary>
    public SagaOutbox Next(Guid sagaId, SagaOutbox read, AppliedEvent? applied)
    {
        var oldest = (Now - settings.Retention).ToUnixTimeSeconds();
        var events = read.Events
            .Where(x => x.At >= oldest)
            .Select(x => x.Messages is not null && IsSent(sagaId, x.Id) ? x with { Messages = null } : x)
            .ToList();
        if (applied is not null)
        {
            events.Add(applied);
        }

        var excess = events.Count - settings.InboxLimit;
        events.RemoveAll(x => x.Messages is null && x != applied && excess-- > 0);
        return new(events);
    }
}

/// <summary>Without the type of the sagas.</summary>
internal interface ISagaOutboxes
{
    OutboxSettings Settings { get; }

    DateTimeOffset Now { get; }

    Type SagaType { get; }

    bool IsSent(Guid sagaId, string eventId);

    void SetSent(Guid sagaId, string eventId);

    void SetUnsent(Guid sagaId, string eventId);

    SagaOutbox Next(Guid sagaId, SagaOutbox read, AppliedEvent? applied);
}
