using System.Collections.Concurrent;
using CloudIa.EventLog;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>Registrations in memory, with what they were last given to live.</summary>
internal sealed class FakeConnectionRegistry : IConnectionRegistry
{
    private int _registrations;

    public ConcurrentDictionary<ListenerConnection, TimeSpan> Connections { get; } = new();

    /// <summary>First registrations and renewals together.</summary>
    public int Registrations => _registrations;

    public bool IsDown { get; set; }

    public Task RegisterAsync(ListenerConnection connection, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _registrations);
        if (IsDown)
        {
            throw new TimeoutException("The registry is down.");
        }

        Connections[connection] = timeToLive;
        return Task.CompletedTask;
    }

    public async Task<bool> TryRegisterAsync(ListenerConnection connection, int most, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        if (!IsDown && most > 0 && !Connections.ContainsKey(connection) && Connections.Keys.Count(x => x.UserId == connection.UserId) >= most)
        {
            return false;
        }

        await RegisterAsync(connection, timeToLive, cancellationToken);
        return true;
    }

    public Task RemoveAsync(ListenerConnection connection, CancellationToken cancellationToken)
    {
        Connections.TryRemove(connection, out _);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ListenerConnection>> GetAsync(string userId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ListenerConnection>>([.. Connections.Keys.Where(x => x.UserId == userId)]);
}
