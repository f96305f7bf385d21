using Amazon.SQS.Model;

namespace CloudIa.Transport.Receiving;

/// <summary>A message that was received and is neither deleted nor given back: invisible to others for as long as it is renewed.</summary>
internal sealed class HeldMessage(Message message, long received)
{
    private readonly Lock _gate = new();
    private Action? _whenLost;
    private bool _finished;
    private volatile bool _givenBack;
    private volatile bool _completed;
    private int _lost;

    public Message Message => message;

    /// <summary>The latest receipt: a message that comes again while it is still worked on brings a new one.</summary>
    public string Receipt { get; private set; } = message.ReceiptHandle;

    public long Received { get; private set; } = received;

    /// <summary>Timestamps of the next renewal and of the end of the current lock.</summary>
    public long RenewAt { get; set; }

    public long LockedUntil { get; set; }

    public bool Lost => Volatile.Read(ref _lost) != 0;

    /// <summary>Its delivery broke off or never began, and it goes back to the queue.</summary>
    public bool GivenBack => _givenBack;

    /// <summary>Given back, or its lock is lost: SQS delivers it again.</summary>
    public bool ComesAgain => Lost || _givenBack;

    /// <summary>The work is done and its delete under way.</summary>
    public bool Completed => _completed;

    /// <summary>Done when the message is deleted; at once where it is not to be.</summary>
    public Task Deletion { get; set; } = Task.CompletedTask;

    public void Complete() => _completed = true;

    public void GiveBack() => _givenBack = true;

    /// <summary>Takes a new receipt, unless the message is finished; what must happen before it can finish is done in between.</summary>
    public bool TryAdopt(string receipt, long received, Action<HeldMessage> track)
    {
        lock (_gate)
        {
            if (_finished || Lost)
                return false;

            (Receipt, Received) = (receipt, received);
            track(this);
            return true;
        }
    }

    /// <summary>From here on the receipt is the last one.</summary>
    public void Finish()
    {
        lock (_gate)
            _finished = true;
    }

    /// <summary>Runs the callback when the lock is lost, at once when it is already.</summary>
    public void WhenLost(Action callback)
    {
        Volatile.Write(ref _whenLost, callback);
        if (Lost)
            Interlocked.Exchange(ref _whenLost, null)?.Invoke();
    }

    public void Lose()
    {
        Volatile.Write(ref _lost, 1);
        Interlocked.Exchange(ref _whenLost, null)?.Invoke();
    }
}
