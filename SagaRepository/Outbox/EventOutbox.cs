using MassTransit;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>
/// What one event makes its saga send. Held back while the state machine runs, written with the saga, sent afterwards. Where the event was
/// applied before, what it left is sent again instead.
/// </summary>
/// <param name="outboxes">Those of the saga's type.</param>
/// <param name="sagaId">The saga's.</param>
/// <param name="messageId">Null: the event cannot be recognised when it comes again, so nothing of it is kept in the saga's value.</param>
/// <param name="eventType">As what the message is handled.</param>
internal sealed class EventOutbox(ISagaOutboxes outboxes, Guid sagaId, Guid? messageId, Type eventType)
{
    private readonly Lock _lock = new();
    private readonly List<OutboxMessage> _held = [];
    private readonly List<Task> _sends = [];
    private string? _eventId;
    private int _numbers;
    private bool _sealed;
    private AppliedEvent? _applied;
    private bool _replayed;

    public bool On => outboxes.Settings.On;

    private string? EventId => messageId is { } id ? _eventId ??= EventIds.OfEvent(id, eventType) : null;

    /// <summary>The id of the next message; null where it cannot be derived from the event's.</summary>
    public Guid? NextMessageId() => EventId is { } eventId
        ? EventIds.OfMessage(outboxes.SagaType, sagaId, eventId, Interlocked.Increment(ref _numbers))
        : null;

    /// <summary>Takes a message instead of the transport.</summary>
    public void Hold<T>(SendContext<T> context)
        where T : class
    {
        var message = OutboxMessage.Of(context);
        lock (_lock)
        {
            if (_sealed)
            {
                throw new InvalidOperationException(
                    $"{TypeCache<T>.ShortName} was sent by {TypeCache.GetShortName(outboxes.SagaType)} {sagaId} after its event had been handled. " +
                    "It would be lost with the process. Await each send in the state machine or activity.");
            }

            _held.Add(message);
        }
    }

    /// <summary>A send that nobody may be waiting for: the saga is not written before it has come to <see cref="Hold{T}"/>.</summary>
    public void Track(Task send)
    {
        lock (_lock)
        {
            _sends.Add(send);
        }
    }

    /// <summary>True: the event was applied before, and is not to be applied again.</summary>
    public bool TryReplay(SagaOutbox stored)
    {
        if (stored.Events.Count == 0 || EventId is not { } eventId || stored.Find(eventId) is not { } applied)
        {
            return false;
        }

        _applied = applied;
        return _replayed = true;
    }

    /// <summary>What is to be written beside the saga. Nothing can be held after this.</summary>
    public async Task<SagaOutbox> NextAsync(SagaOutbox read)
    {
        await SealAsync();
        if (On && EventId is { } eventId)
        {
            // Where it was forgotten by the saga, it is new to this process, too.
            outboxes.SetUnsent(sagaId, eventId);
            _applied = new(eventId, outboxes.Now.ToUnixTimeSeconds(), _held.Count == 0 ? null : [.. _held]);
        }

        return outboxes.Next(sagaId, read, _applied);
    }

    /// <summary>To be called when the saga is written, or is not to be.</summary>
    public async Task SendAsync(ISendEndpointProvider endpoints, CancellationToken cancellationToken)
    {
        await SealAsync();
        var messages = _applied is null ? _held : _applied.Messages;
        if (messages is not { Count: > 0 } || (_replayed && outboxes.IsSent(sagaId, _applied!.Id)))
        {
            return;
        }

        var since = _applied is null ? TimeSpan.Zero : outboxes.Now - DateTimeOffset.FromUnixTimeSeconds(_applied.At);
        await OutboxDelivery.SendAsync(messages, since, endpoints, cancellationToken);
        if (_applied is not null)
        {
            outboxes.SetSent(sagaId, _applied.Id);
        }
    }

    private async Task SealAsync()
    {
        for (var awaited = 0; ;)
        {
            Task[] sends;
            lock (_lock)
            {
                if (awaited == _sends.Count)
                {
                    _sealed = true;
                    return;
                }

                sends = [.. _sends.Skip(awaited)];
                awaited = _sends.Count;
            }

            await Task.WhenAll(sends);
        }
    }
}
