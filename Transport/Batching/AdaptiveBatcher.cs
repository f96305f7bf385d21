namespace CloudIa.Transport.Batching;

/// <summary>
/// Puts entries into batch calls. While traffic is sparse each entry leaves at once; when recent batches show that entries
/// come together, one waits a moment for the others. A linger for everyone would be most of a quiet bus's latency.
/// </summary>
/// <param name="options">Limits and times.</param>
/// <param name="size">Bytes of an entry as AWS counts them.</param>
/// <param name="send">One call; answers for each entry null or why it failed.</param>
/// <param name="time">For the linger.</param>
internal sealed class AdaptiveBatcher<T>(BatchRules options, Func<T, int> size,
    Func<IReadOnlyList<T>, Task<IReadOnlyList<Exception?>>> send, TimeProvider time)
{
    private const double Weight = 0.3;

    private readonly Lock _gate = new();
    private readonly Queue<Pending> _pending = new();
    private readonly List<TaskCompletionSource> _drains = [];
    private ITimer? _timer;
    private double _average = 1;
    private long _bytes;
    private int _inFlight;
    private bool _timerSet;
    private bool _pumpQueued;

    public Task ExecuteAsync(T entry, CancellationToken cancellationToken = default)
    {
        var bytes = size(entry);
        if (bytes > options.MaxBytes)
        {
            throw new MassTransit.AmazonSqsTransportException(
                $"The message has {bytes} bytes with its attributes, and AWS takes {options.MaxBytes} at most. " +
                "Keep what is large elsewhere and send a reference.");
        }

        var pending = new Pending(entry, bytes, time.GetTimestamp(), cancellationToken);
        lock (_gate)
        {
            _pending.Enqueue(pending);
            _bytes += bytes;
            Schedule();
        }

        return pending.Outcome.Task;
    }

    /// <summary>Sends what waits now and is done when nothing is left.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            if (_pending.Count == 0 && _inFlight == 0)
                return Task.CompletedTask;

            var drain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _drains.Add(drain);
            Schedule();
            return drain.Task;
        }
    }

    private bool Lingers => options.AlwaysLinger || _average > options.BusyAverage;

    // Under the lock. The pump runs on the pool, so entries of one burst meet there without a timer.
    private void Schedule()
    {
        if (_pending.Count == 0 || _inFlight >= options.MaxInFlight)
            return;

        if (Due())
        {
            if (_pumpQueued)
                return;

            _pumpQueued = true;
            ThreadPool.UnsafeQueueUserWorkItem(static x => x.Pump(), this, preferLocal: false);
        }
        else if (!_timerSet)
        {
            _timerSet = true;
            var wait = options.Linger - time.GetElapsedTime(_pending.Peek().Since);
            _timer ??= time.CreateTimer(static x => ((AdaptiveBatcher<T>)x!).Elapsed(), this, Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
            _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private bool Due() =>
        !Lingers || _drains.Count > 0 || _pending.Count >= options.MaxEntries || _bytes >= options.MaxBytes ||
        time.GetElapsedTime(_pending.Peek().Since) >= options.Linger;

    private void Elapsed()
    {
        lock (_gate)
        {
            _timerSet = false;
            Schedule();
        }
    }

    private void Pump()
    {
        var batches = new List<List<Pending>>(1);
        lock (_gate)
        {
            _pumpQueued = false;
            while (_pending.Count > 0 && _inFlight < options.MaxInFlight && Due())
            {
                var batch = Take();
                if (batch.Count == 0)
                    continue;

                _inFlight++;
                batches.Add(batch);
            }

            Schedule();
            ReleaseDrains();
        }

        // The synchronous part of a call is most of its work: all but the last go to other threads.
        for (var index = 0; index < batches.Count - 1; index++)
        {
            var batch = batches[index];
            _ = Task.Run(() => RunAsync(batch));
        }

        if (batches.Count > 0)
            _ = RunAsync(batches[^1]);
    }

    private List<Pending> Take()
    {
        var batch = new List<Pending>(options.MaxEntries);
        var bytes = 0L;
        while (batch.Count < options.MaxEntries && _pending.TryPeek(out var next) && bytes + next.Bytes <= options.MaxBytes)
        {
            _pending.Dequeue();
            _bytes -= next.Bytes;
            if (next.CancelledBeforeLeaving())
                continue;

            bytes += next.Bytes;
            batch.Add(next);
        }

        return batch;
    }

    private async Task RunAsync(List<Pending> batch)
    {
        try
        {
            var outcomes = await send([.. batch.Select(x => x.Entry)]).ConfigureAwait(false);
            for (var index = 0; index < batch.Count; index++)
                batch[index].Complete(outcomes[index]);
        }
        catch (Exception exception)
        {
            foreach (var pending in batch)
                pending.Complete(exception);
        }

        lock (_gate)
        {
            _inFlight--;
            _average += Weight * (batch.Count - _average);
            Schedule();
            ReleaseDrains();
        }
    }

    private void ReleaseDrains()
    {
        if (_pending.Count > 0 || _inFlight > 0)
            return;

        foreach (var drain in _drains)
            drain.TrySetResult();
        _drains.Clear();
    }

    private sealed class Pending(T entry, int bytes, long since, CancellationToken cancellationToken)
    {
        public T Entry { get; } = entry;

        public int Bytes { get; } = bytes;

        public long Since { get; } = since;

        public TaskCompletionSource Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool CancelledBeforeLeaving() =>
            cancellationToken.IsCancellationRequested && Outcome.TrySetCanceled(cancellationToken);

        public void Complete(Exception? failure)
        {
            if (failure is null)
                Outcome.TrySetResult();
            else
                Outcome.TrySetException(failure);
        }
    }
}
