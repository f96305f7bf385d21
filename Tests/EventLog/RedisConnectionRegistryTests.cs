using CloudIa.EventLog;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class RedisConnectionRegistryOnGarnetTests(StandInsFixture standIns) : RedisConnectionRegistryTests(standIns, RedisKind.Garnet);

public sealed class RedisConnectionRegistryOnRedisTests(StandInsFixture standIns) : RedisConnectionRegistryTests(standIns, RedisKind.Redis);

public abstract class RedisConnectionRegistryTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    private static readonly ListenerConnection Phone = new(User, "session \"1\"", "phone", "websocket", "node-1");
    private static readonly ListenerConnection Laptop = new(User, "session \"1\"", "laptop", "signalr", "node-2");

    [Fact]
    public async Task The_connections_of_a_user_are_found_from_every_node()
    {
        await Registry.RegisterAsync(Phone, Long, Token);
        await Registry.RegisterAsync(Laptop, Long, Token);
        await Registry.RegisterAsync(Phone, Long, Token);

        (await GetAsync()).ShouldBe([Phone, Laptop], ignoreOrder: true);
    }

    [Fact]
    public async Task All_sessions_of_a_user_are_found_and_none_of_another_one()
    {
        var other = Phone with { SessionId = "another session" };
        await Registry.RegisterAsync(Phone, Long, Token);
        await Registry.RegisterAsync(other, Long, Token);
        await Registry.RegisterAsync(Phone with { UserId = "someone else" }, Long, Token);

        (await GetAsync()).ShouldBe([Phone, other], ignoreOrder: true);
        await Registry.RemoveAsync(other, Token);
        (await GetAsync()).ShouldBe([Phone]);
    }

    [Fact]
    public async Task A_removed_connection_is_gone_and_the_others_are_not()
    {
        await Registry.RegisterAsync(Phone, Long, Token);
        await Registry.RegisterAsync(Laptop, Long, Token);

        await Registry.RemoveAsync(Phone, Token);
        await Registry.RemoveAsync(Phone, Token);

        (await GetAsync()).ShouldBe([Laptop]);
    }

    [Fact]
    public async Task A_connection_that_is_not_renewed_is_forgotten_and_the_others_are_not()
    {
        await Registry.RegisterAsync(Laptop, Long, Token);
        await Registry.RegisterAsync(Phone, Short, Token);

        await Eventually.Is(async () => (await GetAsync()).Count == 1, "the short one was forgotten");
        (await GetAsync()).ShouldBe([Laptop]);
    }

    [Fact]
    public async Task A_renewed_connection_is_kept()
    {
        await Registry.RegisterAsync(Laptop, Short, Token);
        await Registry.RegisterAsync(Phone, Short, Token);
        await Registry.RegisterAsync(Phone, Long, Token);

        await Eventually.Is(async () => (await GetAsync()).Count == 1, "the one that was not renewed was forgotten");
        (await GetAsync()).ShouldBe([Phone]);
    }

    [Fact]
    public async Task A_user_without_connections_leaves_no_key()
    {
        var key = Keys.Connections(User);
        await Registry.RegisterAsync(Phone, Short, Token);
        await Eventually.Is(async () => !await Database.KeyExistsAsync(key), "the key expired");

        await Registry.RegisterAsync(Phone, Long, Token);
        await Registry.RemoveAsync(Phone, Token);
        (await Database.KeyExistsAsync(key)).ShouldBeFalse();
    }

    [Fact]
    public async Task Every_operation_is_one_command()
    {
        (await CommandsOf(Redis, () => Registry.RegisterAsync(Phone, Long, Token))).ShouldBe([Script]);
        (await CommandsOf(Redis, GetAsync)).ShouldBe([Script]);
        (await CommandsOf(Redis, () => Registry.RemoveAsync(Phone, Token))).ShouldBe(["ZREM"]);
    }

    private Task<IReadOnlyList<ListenerConnection>> GetAsync() => Registry.GetAsync(User, Token);
}
