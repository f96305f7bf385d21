using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.Processes;

/// <summary>All service processes.</summary>
internal sealed class Fleet(IReadOnlyList<ServiceProcess> services) : IAsyncDisposable
{
    private static readonly Fault[] MistakeFaults = [Fault.Acknowledge, Fault.Unconditional, Fault.Rewrite];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public IReadOnlyList<ServiceProcess> All => services;

    public int Kills => services.Sum(x => x.Kills);

    public int Crashes => services.Sum(x => x.Crashes);

    /// <summary>How often the services were made to make their mistake.</summary>
    public int Mistakes => services.Sum(x => MistakeFaults.Sum(fault => x.Proxies.Plan.Done.GetValueOrDefault(fault)));

    public IReadOnlyList<ServiceProcess> Of(string project) => [.. services.Where(x => x.Project == project)];

    public async Task StartAsync()
    {
        foreach (var service in services)
            service.Start();
        await UntilReadyAsync();
    }

    public Task UntilReadyAsync() => Task.WhenAll(services.Select(x => x.UntilReadyAsync(Patience)));

    /// <summary>Nothing goes wrong any more.</summary>
    public void Heal()
    {
        foreach (var service in services)
        {
            service.Proxies.Plan.Rules = [];
            service.Proxies.Plan.Arm(null);
            service.Proxies.Redis.IsDown = false;
            service.Resume();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Heal();
        await Task.WhenAll(services.Select(x => x.DisposeAsync().AsTask()));
    }
}
