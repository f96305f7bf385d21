using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace CloudIa.SagaRepository.Redis;

/// <summary>The connections of all sagas. Made at the first use; a failure is told to who waits for it, and is not kept.</summary>
internal sealed class SagaConnections(IServiceProvider provider) : IConnectionMultiplexerFactory, IAsyncDisposable, IDisposable
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
            var (connectAsync, owned) = HostsOwn(connection) ?? (() => connection.ConnectAsync(provider), connection.Owned);
            var task = Task.Run(() => ConnectAsync(connectAsync, connection.Servers));
            _connections[connection.Key] = (task, owned);
            return task;
        }
    }

    IConnectionMultiplexer IConnectionMultiplexerFactory.GetConnectionMultiplexer(ConfigurationOptions configuration) =>
        GetAsync(SagaConnection.Of(configuration)).GetAwaiter().GetResult();

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

    private static async Task<IConnectionMultiplexer> ConnectAsync(Func<Task<IConnectionMultiplexer>> connectAsync, string servers)
    {
        try
        {
            return await connectAsync();
        }
        catch (Exception exception) when (RedisErrors.IsOutage(exception))
        {
            throw RedisErrors.Explain(exception, "Connecting for sagas", servers);
        }
    }

    /// <summary>A host may have registered a factory of its own.</summary>
    private (Func<Task<IConnectionMultiplexer>> ConnectAsync, bool Owned)? HostsOwn(SagaConnection connection) =>
        connection.Options is { } options && provider.GetService<IConnectionMultiplexerFactory>() is { } factory and not SagaConnections
            ? (() => Task.FromResult(factory.GetConnectionMultiplexer(options)), false)
            : null;

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
