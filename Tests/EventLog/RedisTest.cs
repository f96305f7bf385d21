using CloudIa.Tests.Infrastructure;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;
using Xunit;

namespace CloudIa.Tests.EventLog;

/// <summary>Which of the two servers a suite runs on.</summary>
public enum RedisKind
{
    /// <summary>The one of a local run.</summary>
    Garnet,

    /// <summary>The one of production. Where it is not installed its tests are skipped.</summary>
    Redis,
}

/// <summary>A connection, and a prefix that no other test has.</summary>
public abstract class RedisTest(StandInsFixture standIns, RedisKind kind) : IAsyncLifetime
{
    /// <summary>How the client's profiler names a script, by its text or by its hash.</summary>
    protected const string Script = "EVAL";


    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Prefix { get; } = standIns.UniqueName("redis") + ":";

    protected string ConnectionString { get; private set; } = "";

    protected IConnectionMultiplexer Redis { get; private set; } = null!;

    protected IDatabase Database => Redis.GetDatabase();

    protected IServer Server => Redis.GetServers()[0];

    public virtual async ValueTask InitializeAsync()
    {
        var connectionString = kind == RedisKind.Garnet ? await standIns.GarnetConnectionString() : await standIns.RedisConnectionString();
        Assert.SkipWhen(connectionString is null, StandInsFixture.NoRedis);
        ConnectionString = connectionString;
        Redis = await ConnectAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }
    }

    protected Task<ConnectionMultiplexer> ConnectAsync() => ConnectAsync(standIns.UniqueName("client"));

    protected async Task<ConnectionMultiplexer> ConnectAsync(string clientName)
    {
        var options = ConfigurationOptions.Parse(ConnectionString);
        options.ClientName = clientName;
        options.AllowAdmin = true;

        // The tests share two cores with the servers.
        options.AsyncTimeout = options.SyncTimeout = 30_000;
        return await ConnectionMultiplexer.ConnectAsync(options);
    }

    /// <summary>What was sent to Redis meanwhile, without the one-time loading of scripts.</summary>
    protected static async Task<string[]> CommandsOf(IConnectionMultiplexer redis, Func<Task> act)
    {
        var session = new ProfilingSession();
        redis.RegisterProfiler(() => session);
        await act();
        redis.RegisterProfiler(() => null!);
        return [.. session.FinishProfiling().OrderBy(x => x.CommandCreated).Select(x => x.Command).Where(x => x != "SCRIPT")];
    }
}
