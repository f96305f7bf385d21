using StackExchange.Redis;

namespace CloudIa.SagaRepository.Redis;

/// <summary>The connections of all sagas. Made at the first use; a failure is told to who waits for it, and is not kept.</summary>
internal sealed class SagaConnections(IServiceProvider provider) : IAsyncDisposable, IDisposable
{
    private readonly Dictionary<object, (Task<IConnectionMultiplexer> Task, bool Owned)> _connections = [];
    private bool _disposed;

    public Task<IConnectionMultiplexer> GetAsync(SagaConnection connection)
    {
        lock (_connections)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_connections.TryGetValue(connection.Key, out var known) && known.Task is { IsFaulted: false, IsCanceled: false })
            {
                return known.Task;
            }

            // On another thread: a factory may well block until it is connected, and the lock is held here.
            var task = Task.Run(() => connection.ConnectAsync(provider));
            _connections[connection.Key] = (task, connection.Owned);
            return task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var task in TakeOwned())
        {
            await task.ContinueWith(_ => { }, TaskScheduler.Default);
            if (task.IsCompletedSuccessfully)
            {
                await (await task).DisposeAsync();
            }
        }
    }

    public void Dispose()
    {
        foreach (var task in TakeOwned())
        {
            // What is still being connected is let go when it is there.
            task.ContinueWith(x => x.GetAwaiter().GetResult().Dispose(), CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private Task<IConnectionMultiplexer>[] TakeOwned()
    {
        lock (_connections)
        {
            _disposed = true;
            Task<IConnectionMultiplexer>[] owned = [.. _connections.Values.Where(x => x.Owned).Select(x => x.Task)];
            _connections.Clear();
            return owned;
        }
    }
}
