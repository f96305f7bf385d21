using CloudIa.Contracts.Client;
using CloudIa.EventLog;

namespace CloudIa.Tests.Processor.Fakes;

/// <summary>An event log in memory, with the fencing of the real one: one run at a time may write, and none once the attempt has ended.</summary>
internal sealed class InMemoryEventLog(TimeProvider time) : IEventLog, IRunStops
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Job> _jobs = [];

    public int Releases { get; private set; }

    public int Renewals { get; private set; }

    /// <summary>Called before an append; an exception from it is Redis's.</summary>
    public Action<MessageDelta>? BeforeAppend { get; set; }

    /// <summary>Called before word of a delay; an exception from it is Redis's.</summary>
    public Action? BeforeDelay { get; set; }

    public Task AcceptAsync(string userId, JobAccepted accepted, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var job = Of(accepted.JobId);
            if (job.Events.Count == 0)
            {
                job.Add(accepted);
            }

            return Task.CompletedTask;
        }
    }

    public Task<BeginRunResult> BeginRunAsync(string userId, JobStarted started, TimeSpan lease, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var (job, now) = (Of(started.JobId), time.GetUtcNow());
            if (Math.Max(job.Ended, job.Stopped) >= started.Attempt || job.Attempt > started.Attempt)
            {
                return Task.FromResult(new BeginRunResult(BeginRunStatus.Ended, null, TimeSpan.Zero));
            }

            if (job.Answer is not null)
            {
                return Task.FromResult(new BeginRunResult(BeginRunStatus.Answered, null, TimeSpan.Zero));
            }

            if (job.Attempt == started.Attempt && job.LeaseEnds > now)
            {
                return Task.FromResult(new BeginRunResult(BeginRunStatus.Busy, null, job.LeaseEnds - now));
            }

            if (job.HasDeltas)
            {
                job.HasDeltas = false;
                job.Add(new MessageReset { JobId = started.JobId, ChatId = started.ChatId, Attempt = started.Attempt, Timestamp = now });
            }

            if (started.Attempt > job.Attempt)
            {
                job.Add(started);
            }

            job.Delayed = null;
            (job.Attempt, job.Fence, job.LeaseEnds) = (started.Attempt, job.Fence + 1, now + lease);
            return Task.FromResult(new BeginRunResult(
                BeginRunStatus.Begun, new LlmRun(started.JobId, userId, started.Attempt, job.Fence, lease), TimeSpan.Zero));
        }
    }

    public Task<bool> AppendAsync(LlmRun run, MessageDelta delta, CancellationToken cancellationToken)
    {
        BeforeAppend?.Invoke(delta);
        return WriteAsync(run, job =>
        {
            job.HasDeltas = true;
            job.Add(delta);
        }, cancellationToken);
    }

    public Task<bool> RenewAsync(LlmRun run, CancellationToken cancellationToken) => WriteAsync(run, _ => Renewals++, cancellationToken);

    public Task<bool> KeepAnswerAsync(LlmRun run, KeptAnswer answer, CancellationToken cancellationToken) =>
        WriteAsync(run, job => job.Answer = answer, cancellationToken);

    public Task DelayAsync(string userId, JobDelayed delayed, CancellationToken cancellationToken)
    {
        BeforeDelay?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var job = Of(delayed.JobId);
            var isAlive = job.Attempt == delayed.Attempt && job.LeaseEnds > time.GetUtcNow();
            if (Math.Max(job.Ended, job.Stopped) < delayed.Attempt && job.Attempt <= delayed.Attempt && job.Answer is null && !isAlive)
            {
                job.Add(delayed);
                job.Delayed = (delayed.Attempt, delayed.Until);
            }

            return Task.CompletedTask;
        }
    }

    public Task<DateTimeOffset?> GetDelayAsync(Guid jobId, int attempt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Of(jobId).Delayed is { } delayed && delayed.Attempt == attempt ? delayed.Until : (DateTimeOffset?)null);
        }
    }

    public Task ReleaseAsync(LlmRun run, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Releases++;
            if (Of(run.JobId) is { } job && job.Fence == run.Fence)
            {
                job.LeaseEnds = DateTimeOffset.MinValue;
            }

            return Task.CompletedTask;
        }
    }

    public Task<KeptAnswer?> GetAnswerAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Of(jobId).Answer);
        }
    }

    public Task StopAsync(Guid jobId, int attempt, CancellationToken cancellationToken)
    {
        CancellationTokenSource[] told;
        lock (_lock)
        {
            var job = Of(jobId);
            job.Stopped = Math.Max(job.Stopped, attempt);
            told = [.. job.Watches.Where(x => x.Attempt <= attempt).Select(x => x.Token)];
        }

        foreach (var token in told)
        {
            token.Cancel();
        }

        return Task.CompletedTask;
    }

    public Task<IDisposable> WatchAsync(Guid jobId, int attempt, CancellationTokenSource token, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Of(jobId).Watches.Add((attempt, token));
        }

        return Task.FromResult<IDisposable>(new Watch(() =>
        {
            lock (_lock)
            {
                Of(jobId).Watches.Remove((attempt, token));
            }
        }));
    }

    public Task<string> ReadPartialAsync(Guid jobId, CancellationToken cancellationToken) => Task.FromResult(Shown(jobId));

    public Task<bool> IsRunningAsync(Guid jobId, int attempt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Of(jobId) is { } job && job.Attempt == attempt && job.LeaseEnds > time.GetUtcNow());
        }
    }

    public Task EndAsync(string userId, ClientEvent last, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var job = Of(last.JobId);
            if (job.Ended < last.Attempt && job.Attempt <= last.Attempt)
            {
                job.Ended = last.Attempt;
                job.Add(last);
            }

            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<ClientEvent>> ReadAsync(Guid jobId, long after, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ClientEvent>>([.. Of(jobId).Events.Skip((int)after).Take(limit)]);
        }
    }

    /// <summary>What a listener has on its screen: the deltas since the last reset.</summary>
    public string Shown(Guid jobId)
    {
        lock (_lock)
        {
            var events = Of(jobId).Events;
            return string.Concat(events.Skip(events.FindLastIndex(e => e is MessageReset) + 1).OfType<MessageDelta>().Select(d => d.Content));
        }
    }

    public IReadOnlyList<string> Names(Guid jobId)
    {
        lock (_lock)
        {
            return [.. Of(jobId).Events.Select(e => e.GetType().Name)];
        }
    }

    /// <summary>As if Redis had lost it.</summary>
    public void Forget(Guid jobId)
    {
        lock (_lock)
        {
            _jobs.Remove(jobId);
        }
    }

    private Task<bool> WriteAsync(LlmRun run, Action<Job> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var job = Of(run.JobId);
            if (job.Fence != run.Fence || Math.Max(job.Ended, job.Stopped) >= run.Attempt)
            {
                return Task.FromResult(false);
            }

            job.LeaseEnds = time.GetUtcNow() + run.Lease;
            write(job);
            return Task.FromResult(true);
        }
    }

    private Job Of(Guid jobId)
    {
        if (!_jobs.TryGetValue(jobId, out var job))
        {
            _jobs.Add(jobId, job = new Job());
        }

        return job;
    }

    private sealed class Watch(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }

    private sealed class Job
    {
        public List<ClientEvent> Events { get; } = [];

        public int Attempt { get; set; }

        public int Ended { get; set; }

        public int Stopped { get; set; }

        public List<(int Attempt, CancellationTokenSource Token)> Watches { get; } = [];

        public long Fence { get; set; }

        public bool HasDeltas { get; set; }

        public DateTimeOffset LeaseEnds { get; set; }

        public (int Attempt, DateTimeOffset Until)? Delayed { get; set; }

        public KeptAnswer? Answer { get; set; }

        public void Add(ClientEvent value) => Events.Add(value with { Seq = Events.Count + 1 });
    }
}
