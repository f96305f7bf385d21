using CloudIa.Tests.Infrastructure;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Local;

/// <summary>What our code takes from Redis, on both that it runs on.</summary>
public abstract class RedisCommandsTests(StandInsFixture standIns)
{
    /// <returns>Null: not installed here.</returns>
    protected abstract ValueTask<string?> ConnectionString();

    protected StandInsFixture StandIns { get; } = standIns;

    [Fact]
    public async Task One_script_appends_to_a_list_tells_subscribers_and_sets_a_hash_with_a_time_to_live()
    {
        await using var redis = await ConnectAsync();
        var key = StandIns.UniqueName("log");
        var channel = RedisChannel.Literal(StandIns.UniqueName("channel"));
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await redis.GetSubscriber().SubscribeAsync(channel, (_, message) => heard.TrySetResult(message!));

        const string script =
            """
            local number = redis.call('RPUSH', KEYS[1], ARGV[1])
            redis.call('HSET', KEYS[2], 'last', number, 'other', 'x')
            redis.call('PEXPIRE', KEYS[1], ARGV[2])
            redis.call('PEXPIRE', KEYS[2], ARGV[2])
            redis.call('PUBLISH', ARGV[3], number)
            return number
            """;
        var database = redis.GetDatabase();
        RedisKey[] keys = [key, key + ":state"];
        RedisValue[] values = ["frame", 60_000, channel.ToString()];
        var number = (long)await database.ScriptEvaluateAsync(script, keys, values);

        number.ShouldBe(1);
        ((string?)await database.HashGetAsync(key + ":state", "last")).ShouldBe("1");
        (await database.KeyTimeToLiveAsync(key)).ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
        (await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldBe("1");
    }

    [Fact]
    public async Task A_script_is_loaded_once_and_then_called_by_its_hash()
    {
        await using var redis = await ConnectAsync();
        var database = redis.GetDatabase();
        var key = StandIns.UniqueName("sha");

        var loaded = (string?)await database.ExecuteAsync("SCRIPT", "LOAD", "return redis.call('INCR', KEYS[1])");
        await database.ExecuteAsync("EVALSHA", loaded!, 1, key);
        var second = (long)await database.ExecuteAsync("EVALSHA", loaded!, 1, key);

        second.ShouldBe(2);
    }

    [Fact]
    public async Task A_script_reads_the_time_of_the_server()
    {
        await using var redis = await ConnectAsync();

        var time = (string[]?)await redis.GetDatabase().ScriptEvaluateAsync("return redis.call('TIME')");

        time.ShouldNotBeNull().Length.ShouldBe(2);
        long.Parse(time[0]).ShouldBeGreaterThan(1_700_000_000);
    }

    [Fact]
    public async Task Scripts_that_run_at_once_lose_no_increment()
    {
        await using var redis = await ConnectAsync();
        var database = redis.GetDatabase();
        var key = StandIns.UniqueName("atomic");
        const string increment = "local n = tonumber(redis.call('GET', KEYS[1]) or '0') redis.call('SET', KEYS[1], n + 1) return n + 1";

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 250; i++)
            {
                await database.ScriptEvaluateAsync(increment, [key]);
            }
        })));

        ((int)await database.StringGetAsync(key)).ShouldBe(2000);
    }

    [Fact]
    public async Task Strings_hashes_lists_and_sorted_sets_answer_as_documented()
    {
        await using var redis = await ConnectAsync();
        var database = redis.GetDatabase();
        var key = StandIns.UniqueName("all");

        (await database.StringSetAsync(key, "1", TimeSpan.FromMinutes(1), when: When.NotExists)).ShouldBeTrue();
        (await database.StringSetAsync(key, "2", TimeSpan.FromMinutes(1), when: When.NotExists)).ShouldBeFalse();
        await database.ListRightPushAsync(key + ":l", ["a", "b", "c"]);
        (await database.ListRangeAsync(key + ":l", 1, -1)).ShouldBe(["b", "c"]);
        await database.SortedSetAddAsync(key + ":z", [new("late", 2), new("early", 1)]);
        (await database.SortedSetRangeByScoreAsync(key + ":z", double.NegativeInfinity, 1)).ShouldBe(["early"]);
        (await database.HashIncrementAsync(key + ":h", "n", 5)).ShouldBe(5);
        (await database.KeyDeleteAsync([key, key + ":l", key + ":z", key + ":h"])).ShouldBe(4);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var connectionString = await ConnectionString();
        Assert.SkipWhen(connectionString is null, StandInsFixture.NoRedis);

        return await ConnectionMultiplexer.ConnectAsync(connectionString);
    }
}

public sealed class GarnetCommandsTests(StandInsFixture standIns) : RedisCommandsTests(standIns)
{
    protected override async ValueTask<string?> ConnectionString() => await StandIns.GarnetConnectionString();
}

public sealed class RedisServerCommandsTests(StandInsFixture standIns) : RedisCommandsTests(standIns)
{
    protected override ValueTask<string?> ConnectionString() => StandIns.RedisConnectionString();
}
