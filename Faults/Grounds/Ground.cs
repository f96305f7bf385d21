using System.Globalization;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Mistakes;
using CloudIa.Faults.Model;
using CloudIa.Faults.Processes;
using CloudIa.Faults.Proxies;
using CloudIa.Local.StandIns;
using CloudIa.Store;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace CloudIa.Faults.Grounds;

/// <summary>All that runs while a run runs: stand-ins, the model, the services, each behind its own proxies.</summary>
internal sealed class Ground : IAsyncDisposable
{
    /// <summary>Below what Linux gives to connections.</summary>
    private const int FirstPort = 22_000;

    private readonly List<IAsyncDisposable> _owned = [];

    private Ground()
    {
    }

    public ModelServer Model { get; private set; } = null!;

    public RedisGround Redis { get; private set; } = null!;

    public Fleet Fleet { get; private set; } = null!;

    public TableReader Table { get; private set; } = null!;

    /// <summary>Where the services' output is.</summary>
    public string Folder { get; private set; } = "";

    public static async Task<Ground> StartAsync(FaultOptions options, Dice dice, TimeProvider time, Mistake? mistake = null)
    {
        // StackExchange.Redis and our proxies stall when two cores' default of two threads are all waiting.
        ThreadPool.SetMinThreads(32, 32);
        var ground = new Ground();
        try
        {
            await ground.StartAllAsync(options, dice, time, mistake);
            return ground;
        }
        catch
        {
            await ground.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Services first: they need the others to the end.
        foreach (var owned in Enumerable.Reverse(_owned))
            await owned.DisposeAsync();
        Table?.Dispose();
    }

    private async Task StartAllAsync(FaultOptions options, Dice dice, TimeProvider time, Mistake? mistake)
    {
        Folder = Directory.CreateDirectory(Path.Combine(Checkout.RunsFolder, time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture))).FullName;
        var installed = await StandInsInstaller.InstallAsync(new InstallOptions { DataFolder = Checkout.DataFolder }, CancellationToken.None);
        var sqs = Keep(await SqsSnsStandIn.StartAsync(installed, new StandInOptions()));
        var store = Keep(await DynamoDbStandIn.StartAsync(installed, new StandInOptions()));
        Redis = Keep(await RedisGround.StartAsync(Path.Combine(Folder, "redis"), options.Garnet));
        Model = Keep(await ModelServer.StartAsync(dice));
        Table = new TableReader(store.ServiceUrl, ServiceSettings.Table);

        await CreateTableAsync(ServiceSettings.Shared, store.ServiceUrl, time);
        List<ServiceProcess> services = [];
        var port = FirstPort + dice.Seed % 100;
        foreach (var (project, count) in new[] { ("Api", options.Apis), ("Sagas", options.Replicas), ("Processor", options.Replicas), ("Notifier", options.Replicas) })
        {
            for (var number = 1; number <= count; number++)
            {
                var proxies = await ServiceProxies.StartAsync(sqs.ServiceUrl, store.ServiceUrl, Redis.Address, new FaultPlan(dice) { Mistakes = mistake?.Rules ?? [], Rewrites = mistake?.Rewrites ?? [] });
                var name = $"{project}-{number}";
                var output = new ServiceOutput(Path.Combine(Folder, $"{name}.log"), Canary.Word);
                services.Add(new ServiceProcess(project, name, port = FreePort.Find(port + 1), ServiceSettings.For(Model.BaseUrlOf(name)), proxies, output, time));
            }
        }

        Fleet = Keep(new Fleet(services));
        await Fleet.StartAsync();
    }

    private T Keep<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    private static async Task CreateTableAsync(IReadOnlyDictionary<string, string?> settings, Uri store, TimeProvider time)
    {
        await using var provider = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).AddInMemoryCollection([new("Store:ServiceUrl", store.ToString())]).Build())
            .AddSingleton(time)
            .AddStore()
            .BuildServiceProvider();
        await provider.GetRequiredService<IStoreTable>().EnsureCreatedAsync(CancellationToken.None);
    }
}
