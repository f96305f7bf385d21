using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace CloudIa.Tests.Store;

/// <summary>A table of one's own over the real protocol.</summary>
public sealed class StoreTableFixture(StandInsFixture standIns) : IAsyncLifetime
{
    private ServiceProvider _provider = null!;

    internal IServiceProvider Services => _provider;

    public IJobStore Jobs => _provider.GetRequiredService<IJobStore>();

    public IChatStore Chats => _provider.GetRequiredService<IChatStore>();

    public IFailureStore Failures => _provider.GetRequiredService<IFailureStore>();

    public IWebhookStore Webhooks => _provider.GetRequiredService<IWebhookStore>();

    public IDeliveryStore Deliveries => _provider.GetRequiredService<IDeliveryStore>();

    public IApiKeyStore ApiKeys => _provider.GetRequiredService<IApiKeyStore>();

    public IUsageStore Usages => _provider.GetRequiredService<IUsageStore>();

    public IErasureStore Erasures => _provider.GetRequiredService<IErasureStore>();

    public IOperationStore Operations => _provider.GetRequiredService<IOperationStore>();

    public IUserDataStore Data => _provider.GetRequiredService<IUserDataStore>();

    public IStoreTable Table => _provider.GetRequiredService<IStoreTable>();

    public async ValueTask InitializeAsync()
    {
        _provider = await CreateAsync(standIns);
        await Table.EnsureCreatedAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _provider.DisposeAsync();

    /// <summary>One that asks through something in front of the table.</summary>
    internal static async Task<StoreTableFixture> ThroughAsync(StandInsFixture standIns, Uri url)
    {
        var fixture = new StoreTableFixture(standIns) { _provider = Create(standIns, url) };
        await fixture.Table.EnsureCreatedAsync(TestContext.Current.CancellationToken);
        return fixture;
    }

    internal static async Task<ServiceProvider> CreateAsync(StandInsFixture standIns) => Create(standIns, await standIns.DynamoDbUrl());

    private static ServiceProvider Create(StandInsFixture standIns, Uri url) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Store:ServiceUrl"] = url.ToString(),
            ["Store:AccessKey"] = StandInsFixture.Key,
            ["Store:SecretKey"] = StandInsFixture.Key,
            ["Store:TableName"] = standIns.UniqueName("table"),
        }).Build())
        .AddSingleton(TimeProvider.System)
        .AddStore()
        .BuildServiceProvider();
}
