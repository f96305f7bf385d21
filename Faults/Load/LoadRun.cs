using CloudIa.Faults.Configuration;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Processes;

namespace CloudIa.Faults.Load;

/// <summary>The users of one scenario, and their listeners.</summary>
internal sealed class LoadRun : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ChatClient> _clients = [];
    private readonly Task _users;
    private readonly Task _listeners;

    public LoadRun(string scope, LoadShape shape, Fleet fleet, Book book, Dice dice, TimeProvider time)
    {
        Budget = new JobBudget(time);
        Uri[] apis = [.. fleet.Of("Api").Select(x => x.Address)];
        Uri[] notifiers = [.. fleet.Of("Notifier").Select(x => x.Address)];
        var names = Enumerable.Range(1, shape.Users).Select(x => $"{scope}u{x}").ToList();
        _listeners = Task.WhenAll(names.Select(name => new SocketListener(name, 1, notifiers, book, dice, time).RunAsync(shape.Reconnect, _stop.Token)));
        _users = Task.WhenAll(names.Select(name =>
        {
            var client = new ChatClient(name, apis, book, dice, time);
            _clients.Add(client);
            return new LoadUser(name, client, shape, Budget, book, dice, time).RunAsync();
        }));
    }

    public JobBudget Budget { get; }

    /// <summary>Lets users finish what they are at. Listeners stay.</summary>
    public Task StopUsersAsync()
    {
        Budget.Close();
        return _users;
    }

    public async ValueTask DisposeAsync()
    {
        Budget.Close();
        await _users;
        await _stop.CancelAsync();
        await _listeners;
        foreach (var client in _clients)
            client.Dispose();
        _stop.Dispose();
    }
}
