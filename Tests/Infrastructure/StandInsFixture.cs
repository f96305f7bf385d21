using System.Security.Cryptography;
using CloudIa.Local.StandIns;
using CloudIa.Tests.Infrastructure;
using Xunit;

[assembly: AssemblyFixture(typeof(StandInsFixture))]

namespace CloudIa.Tests.Infrastructure;

/// <summary>
/// The stand-ins that all tests share: take it through the constructor. Each starts when first asked for, once a run,
/// and keeps nothing. Tests keep apart by names: see <see cref="UniqueName"/>.
/// </summary>
public sealed class StandInsFixture : IAsyncDisposable
{
    private readonly RunFolder _run = RunFolder.Create();
    private readonly Lazy<Task<InstalledStandIns>> _installed;
    private readonly Lazy<Task<SqsSnsStandIn>> _sqs;
    private readonly Lazy<Task<DynamoDbStandIn>> _dynamoDb;
    private readonly Lazy<Task<GarnetStandIn>> _garnet;
    private readonly Lazy<Task<RedisServerStandIn?>> _redis;
    private int _names;

    public StandInsFixture()
    {
        // StackExchange.Redis stalls for seconds when two cores' default of two threads are all waiting.
        ThreadPool.SetMinThreads(32, 32);

        var options = new StandInOptions { StartTimeout = TimeSpan.FromMinutes(1) };
        _installed = new(() => StandInsInstaller.InstallAsync(new() { DataFolder = Checkout.DataFolder }, CancellationToken.None));
        _sqs = new(async () => await SqsSnsStandIn.StartAsync(await _installed.Value, options));
        _dynamoDb = new(async () => await DynamoDbStandIn.StartAsync(await _installed.Value, options));
        _garnet = new(() => GarnetStandIn.StartAsync(options));
        _redis = new(async () => RedisServerStandIn.IsAvailable ? await RedisServerStandIn.StartAsync(options) : null);
    }

    /// <summary>For Assert.Skip where <see cref="RedisConnectionString"/> is null.</summary>
    public const string NoRedis = "redis-server is not on PATH (Debian and Ubuntu: apt-get install redis-server). The same test ran on Garnet.";

    /// <summary>Access key and secret of every stand-in; none of them looks.</summary>
    public const string Key = "local";

    public const string Region = "us-east-1";

    /// <summary>For SQS and SNS.</summary>
    public async ValueTask<Uri> SqsUrl() => (await _sqs.Value).ServiceUrl;

    public async ValueTask<Uri> DynamoDbUrl() => (await _dynamoDb.Value).ServiceUrl;

    public async ValueTask<string> GarnetConnectionString() => (await _garnet.Value).ConnectionString;

    /// <returns>Null where redis-server is not installed: skip with <see cref="NoRedis"/>.</returns>
    public async ValueTask<string?> RedisConnectionString() => (await _redis.Value)?.ConnectionString;

    /// <summary>The installed programs, for stand-ins of one's own.</summary>
    internal async ValueTask<InstalledStandIns> InstalledAsync() => await _installed.Value;

    /// <summary>A new empty folder that goes when the run ends.</summary>
    internal string NewFolder(string name = "folder") => Directory.CreateDirectory(Path.Combine(_run.FullName, UniqueName(name))).FullName;

    /// <summary>Stand-ins that the caller starts, kills and disposes; for all else share those of the fixture.</summary>
    internal OwnStandIns Own() => new(this);

    /// <summary>Good for queues, topics, tables and key prefixes: letters, digits and hyphens, at most 30 more than <paramref name="prefix"/>.</summary>
    public string UniqueName(string prefix = "t") =>
        $"{prefix}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}-{Interlocked.Increment(ref _names)}";

    public async ValueTask DisposeAsync()
    {
        await StopAsync(_sqs);
        await StopAsync(_dynamoDb);
        await StopAsync(_garnet);
        await StopAsync(_redis);
        _run.Dispose();
    }

    private static async Task StopAsync<T>(Lazy<Task<T>> lazy)
        where T : IAsyncDisposable?
    {
        if (lazy is { IsValueCreated: true, Value.IsCompletedSuccessfully: true } && await lazy.Value is { } standIn)
        {
            await standIn.DisposeAsync();
        }
    }
}
