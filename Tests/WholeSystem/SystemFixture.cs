using System.Net;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using CloudIa.Faults.Proxies;
using CloudIa.Local;
using CloudIa.Store;
using CloudIa.Tests.FakeAnthropic;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Dice = CloudIa.Faults.Configuration.Dice;

namespace CloudIa.Tests.WholeSystem;

/// <summary>All four services, each in a process of its own, over the stand-ins; the models are our fake OpenAI server and echo.</summary>
public sealed class SystemFixture(StandInsFixture standIns) : IAsyncLifetime
{
    /// <summary>Answered by <see cref="OpenAi"/>, and the default.</summary>
    public const string FakeModel = "fake-model";

    /// <summary>Answered by <see cref="Dying"/> while it is there, and then by <see cref="Backup"/>.</summary>
    public const string SharedModel = "shared-model";

    /// <summary>Answered by <see cref="Flaky"/> alone, whose circuit opens soon.</summary>
    public const string FlakyModel = "flaky-model";

    private readonly Dictionary<string, ServiceProcess> _services = [];
    private Dictionary<string, string?> _configuration = null!;
    private LocalEnvironment _environment = null!;

    internal FakeOpenAiServer OpenAi { get; private set; } = null!;

    internal FakeOpenAiServer Dying { get; private set; } = null!;

    internal FakeOpenAiServer Flaky { get; private set; } = null!;

    internal FakeAnthropicServer Backup { get; private set; } = null!;

    /// <summary>What all services wrote, by service.</summary>
    internal IReadOnlyDictionary<string, string> Outputs => _services.ToDictionary(service => service.Key, service => service.Value.Output);

    public async ValueTask InitializeAsync()
    {
        (OpenAi, Dying, Backup) = (await FakeOpenAiServer.StartAsync(), await FakeOpenAiServer.StartAsync(), await FakeAnthropicServer.StartAsync());
        Flaky = await FakeOpenAiServer.StartAsync();
        _environment = await LocalEnvironment.StartAsync(new LocalEnvironmentOptions { InstallFolder = Checkout.DataFolder });
        _configuration = new(_environment.Values)
        {
            ["Store:TableName"] = standIns.UniqueName("table"),
            ["Llm:Providers:0:Type"] = "openai",
            ["Llm:Providers:0:BaseUrl"] = OpenAi.BaseUrl.ToString(),
            ["Llm:Providers:0:ApiKey"] = "a-key",
            ["Llm:Providers:0:Model"] = FakeModel,
            ["Llm:Providers:0:RetryDelay"] = "00:00:00.01",
            ["Llm:Providers:1:Type"] = "echo",
            ["Llm:Providers:1:WordDelay"] = "00:00:00.005",
            ["Llm:Providers:2:Type"] = "openai",
            ["Llm:Providers:2:Name"] = "dying",
            ["Llm:Providers:2:BaseUrl"] = Dying.BaseUrl.ToString(),
            ["Llm:Providers:2:Model"] = SharedModel,
            ["Llm:Providers:2:RetryDelay"] = "00:00:00.01",
            ["Llm:Providers:3:Type"] = "anthropic",
            ["Llm:Providers:3:Name"] = "backup",
            ["Llm:Providers:3:BaseUrl"] = Backup.BaseUrl.ToString(),
            ["Llm:Providers:3:ApiKey"] = "a-key",
            [$"Llm:Providers:3:Aliases:{SharedModel}"] = "their-model",
            ["Llm:Providers:4:Type"] = "openai",
            ["Llm:Providers:4:Name"] = "flaky",
            ["Llm:Providers:4:BaseUrl"] = Flaky.BaseUrl.ToString(),
            ["Llm:Providers:4:Model"] = FlakyModel,
            ["Llm:Providers:4:MaxRetries"] = "1",
            ["Llm:Providers:4:RetryDelay"] = "00:00:00.01",
            ["Llm:Providers:4:BreakerMinimumTries"] = "2",
            ["Llm:Providers:4:BreakerPause"] = "00:00:05",
            ["Llm:Prices:0:Model"] = FakeModel,
            ["Llm:Prices:0:InputPerMillion"] = "2",
            ["Llm:Prices:0:OutputPerMillion"] = "10",
            // More than any test needs, so that all of them go the limits' way.
            ["Limits:RequestsPerMinute"] = "10000",
            ["Limits:ConcurrentJobs"] = "100",
            ["Limits:TokensPerDay"] = "1000000",
            ["Limits:Connections"] = "100",
            ["Processor:RedeliveryLimit"] = "1",
            ["Processor:RunLease"] = "00:00:05",
            ["Webhooks:RetrySchedule:0"] = "00:00:01",
            ["Operations:Interval"] = "00:00:00.5",
            ["Operations:Lease"] = "00:00:03",
            ["Erasure:Interval"] = "00:00:00.5",
            ["Erasure:Grace"] = "00:00:02",
        };
        RedisConnectionString = _configuration["Redis:ConnectionString"]!;
        Redis = new RedisProxy(IPEndPoint.Parse(RedisConnectionString), new FaultPlan(new Dice(1)));
        _configuration["Redis:ConnectionString"] = Redis.ConnectionString;
        await CreateTableAsync();
        foreach (var (project, service) in await Task.WhenAll(new[] { "Api", "Notifier", "Processor", "Sagas" }.Select(StartAsync)))
            _services[project] = service;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_services.Values.Select(service => service.DisposeAsync().AsTask()));
        await Redis.DisposeAsync();
        await _environment.DisposeAsync();
        await OpenAi.DisposeAsync();
        await Dying.DisposeAsync();
        await Flaky.DisposeAsync();
        await Backup.DisposeAsync();
    }

    /// <summary>Of SQS and SNS.</summary>
    internal string MessagingUrl => _configuration["Messaging:ServiceUrl"]!;

    /// <summary>Between all services and Redis.</summary>
    internal RedisProxy Redis { get; private set; } = null!;

    /// <summary>Past <see cref="Redis"/>.</summary>
    internal string RedisConnectionString { get; private set; } = "";

    /// <summary>For what no endpoint tells.</summary>
    internal AmazonDynamoDBClient DynamoDb() => new(new BasicAWSCredentials(_configuration["Store:AccessKey"], _configuration["Store:SecretKey"]),
        new AmazonDynamoDBConfig { ServiceURL = _configuration["Store:ServiceUrl"], AuthenticationRegion = _configuration["Store:Region"] ?? "us-east-1" });

    internal string TableName => _configuration["Store:TableName"]!;

    internal Uri Address(string project) => _services[project].Address;

    internal HttpClient Client(string user) => Client(user, Address("Api"));

    internal static HttpClient Client(string user, Uri api)
    {
        var client = new HttpClient { BaseAddress = api };
        client.DefaultRequestHeaders.Add("X-Dev-User", user);
        return client;
    }

    internal Task<WebSocketListener> ListenAsync(string user) => WebSocketListener.ConnectAsync(Address("Notifier"), user);

    internal Task KillAsync(string project) => _services[project].KillAsync();

    /// <summary>As a deployment does, so that no poll of it takes a message along.</summary>
    internal Task<int> DrainAsync(string project) => _services[project].DrainAsync(TestContext.Current.CancellationToken);

    /// <summary>One with other settings. The caller ends it.</summary>
    internal Task<ServiceProcess> StartAsync(string project, params (string Key, string Value)[] settings)
    {
        var configuration = new Dictionary<string, string?>(_configuration);
        foreach (var (key, value) in settings)
            configuration[key] = value;
        return ServiceProcess.StartAsync(project, configuration);
    }

    /// <summary>Another one of each of these services. The caller ends them.</summary>
    internal async Task<IReadOnlyDictionary<string, ServiceProcess>> StartReplicasAsync(params string[] projects) =>
        (await Task.WhenAll(projects.Select(StartAsync))).ToDictionary(x => x.Project, x => x.Service);

    /// <summary>Starts a service again that was killed or drained.</summary>
    internal async Task RestartAsync(string project)
    {
        await _services[project].DisposeAsync();
        (_, _services[project]) = await StartAsync(project);
    }

    private async Task<(string Project, ServiceProcess Service)> StartAsync(string project) =>
        (project, await ServiceProcess.StartAsync(project, _configuration));

    private async Task CreateTableAsync()
    {
        await using var provider = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(_configuration).Build())
            .AddSingleton(TimeProvider.System)
            .AddStore()
            .BuildServiceProvider();
        await provider.GetRequiredService<IStoreTable>().EnsureCreatedAsync(TestContext.Current.CancellationToken);
    }
}
