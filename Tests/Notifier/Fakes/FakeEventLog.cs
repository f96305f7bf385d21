using CloudIa.Contracts.Client;
using CloudIa.EventLog;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>Log and feed in memory, with the promises of the real ones, and with the ways in which those break.</summary>
internal sealed class FakeEventLog : IEventLog, IEventFeed
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<ClientEvent>> _logs = [];
    private readonly Dictionary<Guid, int> _ended = [];
    private readonly Dictionary<Guid, KeptAnswer> _answers = [];
    private readonly List<Subscription> _subscriptions = [];

    /// <summary>Announcements of these are lost.</summary>
    public Func<ClientEvent, bool> Lost { get; set; } = _ => false;

    /// <summary>Runs before each read: what is appended in it is a race that a test has set up.</summary>
    public Func<Guid, long, Task> BeforeRead { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Runs after each read, before its caller has what was read.</summary>
    public Func<Guid, long, Task> AfterRead { get; set; } = (_, _) => Task.CompletedTask;

    public bool IsDown { get; set; }

    /// <summary>Places of all logs where something else is: it can be read by nobody.</summary>
    public HashSet<long> Corrupt { get; } = [];

    public int Reads { get; private set; }

    public int Subscriptions
    {
        get { lock (_lock) { return _subscriptions.Count; } }
    }

    public long Append(string userId, ClientEvent value)
    {
        lock (_lock)
        {
            var log = Log(value.JobId);
            var numbered = value with { Seq = log.Count + 1 };
            log.Add(numbered);
            if (!Lost(numbered))
            {
                _subscriptions.Where(x => x.UserId == userId).ToList().ForEach(x => x.OnEvent(numbered));
            }

            return numbered.Seq;
        }
    }

    public void Keep(Guid jobId, KeptAnswer answer)
    {
        lock (_lock)
        {
            _answers[jobId] = answer;
        }
    }

    /// <summary>As when Redis lost its data.</summary>
    public void Lose(Guid jobId)
    {
        lock (_lock)
        {
            _logs.Remove(jobId);
            _ended.Remove(jobId);
            _answers.Remove(jobId);
        }
    }

    public void Reconnect()
    {
        lock (_lock)
        {
            _subscriptions.ForEach(x => x.OnReconnected());
        }
    }

    public IReadOnlyList<ClientEvent> All(Guid jobId)
    {
        lock (_lock)
        {
            return [.. Log(jobId)];
        }
    }

    public Task<IAsyncDisposable> SubscribeAsync(string userId, Action<ClientEvent> onEvent, Action onReconnected, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (IsDown)
            {
                throw new TimeoutException("Redis is away.");
            }

            var subscription = new Subscription(this, userId, onEvent, onReconnected);
            _subscriptions.Add(subscription);
            return Task.FromResult<IAsyncDisposable>(subscription);
        }
    }

    public async Task<IReadOnlyList<ClientEvent>> ReadAsync(Guid jobId, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        await BeforeRead(jobId, after);
        List<ClientEvent> read;
        lock (_lock)
        {
            Reads++;
            read = [.. Log(jobId).Skip((int)Math.Min(after, int.MaxValue)).Take(limit)];
            if (read.Find(x => Corrupt.Contains(x.Seq)) is { } corrupt)
            {
                throw CorruptEventException.AtPlace(jobId, corrupt.Seq, 1);
            }
        }

        await AfterRead(jobId, after);
        return read;
    }

    public Task<KeptAnswer?> GetAnswerAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_answers.GetValueOrDefault(jobId));
        }
    }

    public Task StopAsync(Guid jobId, int attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> ReadPartialAsync(Guid jobId, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> IsRunningAsync(Guid jobId, int attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task EndAsync(string userId, ClientEvent last, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ended.GetValueOrDefault(last.JobId) < last.Attempt)
            {
                _ended[last.JobId] = last.Attempt;
                Append(userId, last);
            }
        }

        return Task.CompletedTask;
    }

    // Notifier writes no answers.
    public Task AcceptAsync(string userId, JobAccepted accepted, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<BeginRunResult> BeginRunAsync(string userId, JobStarted started, TimeSpan lease, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> AppendAsync(LlmRun run, MessageDelta delta, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> RenewAsync(LlmRun run, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> KeepAnswerAsync(LlmRun run, KeptAnswer answer, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DelayAsync(string userId, JobDelayed delayed, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DateTimeOffset?> GetDelayAsync(Guid jobId, int attempt, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ReleaseAsync(LlmRun run, CancellationToken cancellationToken) => throw new NotSupportedException();

    private List<ClientEvent> Log(Guid jobId) => _logs.TryGetValue(jobId, out var log) ? log : _logs[jobId] = [];

    private sealed class Subscription(FakeEventLog log, string userId, Action<ClientEvent> onEvent, Action onReconnected) : IAsyncDisposable
    {
        public string UserId => userId;

        public Action<ClientEvent> OnEvent => onEvent;

        public Action OnReconnected => onReconnected;

        public ValueTask DisposeAsync()
        {
            lock (log._lock)
            {
                log._subscriptions.Remove(this);
            }

            return ValueTask.CompletedTask;
        }
    }
}
