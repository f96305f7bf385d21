using System.Collections.Concurrent;

namespace CloudIa.Bench.Jobs;

/// <summary>Counts the jobs that ended in this process, each once, and lets one wait for a job of its own.</summary>
public sealed class JobTracker(TimeProvider time)
{
    private readonly ConcurrentDictionary<Guid, byte> _ended = new();
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource> _awaited = new();
    private int _count;
    private long _last;

    public int Ended => Volatile.Read(ref _count);

    /// <summary>The clock's timestamp at the latest end; on one machine every process has the same clock.</summary>
    public long LastEnd => Volatile.Read(ref _last);

    public Task WaitForAsync(Guid job) =>
        _awaited.GetOrAdd(job, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void End(Guid job)
    {
        // At least once: a last event that comes twice is one job.
        if (!_ended.TryAdd(job, 0))
            return;

        Volatile.Write(ref _last, time.GetTimestamp());
        Interlocked.Increment(ref _count);
        if (_awaited.TryRemove(job, out var awaited))
            awaited.TrySetResult();
    }
}
