namespace CloudIa.Api.Operators;

/// <summary>Keeps what was read for a while, and has one read go on for all who ask meanwhile: many open pages cost no more than one.</summary>
internal sealed class Cached<T>(TimeProvider time, TimeSpan life, Func<Task<T>> read)
{
    private readonly Lock _lock = new();
    private Task<T>? _last;
    private long _at;

    /// <param name="cancellationToken">Of who waits; the read goes on for the others.</param>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        Task<T> task;
        lock (_lock)
        {
            if (_last is null || _last.IsFaulted || _last.IsCanceled || (_last.IsCompleted && time.GetElapsedTime(_at) >= life))
                (_last, _at) = (read(), time.GetTimestamp());
            task = _last;
        }

        return task.WaitAsync(cancellationToken);
    }
}
