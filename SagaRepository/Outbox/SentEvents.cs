namespace CloudIa.SagaRepository.Outbox;

/// <summary>
/// Whose messages this process has sent. It only saves space and repetition: what is forgotten here stays in the saga's value for the
/// retention, and is sent again where its event comes again.
/// </summary>
internal sealed class SentEvents(int capacity)
{
    private readonly HashSet<(Guid SagaId, string EventId)> _known = [];
    private readonly Queue<(Guid SagaId, string EventId)> _oldestFirst = new();

    public void Add(Guid sagaId, string eventId)
    {
        lock (_known)
        {
            if (!_known.Add((sagaId, eventId)))
            {
                return;
            }

            _oldestFirst.Enqueue((sagaId, eventId));
            if (_oldestFirst.Count > capacity)
            {
                _known.Remove(_oldestFirst.Dequeue());
            }
        }
    }

    public void Remove(Guid sagaId, string eventId)
    {
        lock (_known)
        {
            _known.Remove((sagaId, eventId));
        }
    }

    public bool Contains(Guid sagaId, string eventId)
    {
        lock (_known)
        {
            return _known.Contains((sagaId, eventId));
        }
    }
}
