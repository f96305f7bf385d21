using System.Net;
using System.Net.WebSockets;
using CloudIa.EventLog;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.ApiGateway;
using CloudIa.Tests.Notifier.Fakes;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

/// <summary>A user's connections over all wires.</summary>
public sealed class ConnectionLimitTests(StandInsFixture standIns)
{
    private const string Words = "2 connections of a user may be open at once, on all devices together. Close one, and connect again.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_too_many_is_refused_on_each_wire_in_its_words_and_another_user_is_not()
    {
        await using var host = await NotifierHost.StartAsync(("Limits:Connections", "2"));
        using var socket = await host.ConnectAsync();
        await socket.ReadStatusAsync("connected");
        await using var hub = host.Hub();
        await hub.StartAsync(Token);
        await Eventually.Is(() => host.Registry.Connections.Count == 2);

        (await RefusalAsync(host)).ShouldBe(HttpStatusCode.TooManyRequests);
        (await HubRefusalAsync(host)).ShouldContain(Words);

        using var others = await host.ConnectAsync("bob");
        await others.ReadStatusAsync("connected");
    }

    [Fact]
    public async Task A_place_is_free_when_its_connection_has_gone()
    {
        await using var host = await NotifierHost.StartAsync(("Limits:Connections", "1"));
        using (var socket = await host.ConnectAsync())
        {
            await socket.ReadStatusAsync("connected");
            (await RefusalAsync(host)).ShouldBe(HttpStatusCode.TooManyRequests);
        }

        await Eventually.Is(() => host.Registry.Connections.IsEmpty);
        using var again = await host.ConnectAsync();
        await again.ReadStatusAsync("connected");
    }

    [Fact]
    public async Task Where_the_registry_does_not_answer_nobody_is_refused()
    {
        await using var host = await NotifierHost.StartAsync(("Limits:Connections", "1"));
        host.Registry.IsDown = true;
        using var first = await host.ConnectAsync();
        using var second = await host.ConnectAsync();

        await first.ReadStatusAsync("connected");
        await second.ReadStatusAsync("connected");
    }

    [Fact]
    public async Task API_Gateways_connections_count_and_one_that_changes_its_node_is_let_in()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 2, settings: [("Limits:Connections", "1")]);
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");

        await Should.ThrowAsync<WebSocketException>(() => rig.ConnectAsync());
        await rig.StopAsync(await rig.OwnerAsync());

        await client.SendAsync("{\"action\":\"ping\"}");
        (await client.ReadStatusAsync("pong")).GetProperty("status").GetString().ShouldBe("pong");
    }

    /// <returns>What a WebSocket's request was answered with.</returns>
    private static async Task<HttpStatusCode> RefusalAsync(NotifierHost host)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("X-Dev-User", "ana");
        await Should.ThrowAsync<WebSocketException>(() => socket.ConnectAsync(new UriBuilder(host.Http) { Scheme = "ws", Path = "/ws" }.Uri, Token));
        socket.HttpResponseHeaders.ShouldNotBeNull()["RateLimit"].ShouldBe(["\"connections\";r=0"]);
        socket.HttpResponseHeaders["Retry-After"].ShouldBe(["5"]);
        return socket.HttpStatusCode;
    }

    private static async Task<string> HubRefusalAsync(NotifierHost host)
    {
        await using var hub = host.Hub();
        var closed = new TaskCompletionSource<Exception?>();
        hub.Closed += exception =>
        {
            closed.TrySetResult(exception);
            return Task.CompletedTask;
        };
        await hub.StartAsync(Token);
        return (await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), Token)).ShouldNotBeNull().Message;
    }
}

public sealed class ConnectionPlacesOnGarnetTests(StandInsFixture standIns) : ConnectionPlacesTests(standIns, RedisKind.Garnet);

public sealed class ConnectionPlacesOnRedisTests(StandInsFixture standIns) : ConnectionPlacesTests(standIns, RedisKind.Redis);

/// <summary>The registry's side of it, over a real server.</summary>
public abstract class ConnectionPlacesTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Of_200_at_once_exactly_as_many_are_registered_as_may_be()
    {
        var registered = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Registry.TryRegisterAsync(Connection(n), 17, Long, Token)));

        registered.Count(x => x).ShouldBe(17);
        (await Registry.GetAsync(User, Token)).Count.ShouldBe(17);
    }

    [Fact]
    public async Task One_that_is_registered_is_renewed_however_many_there_are_and_one_that_goes_frees_its_place()
    {
        (await Registry.TryRegisterAsync(Connection(1), 1, Long, Token)).ShouldBeTrue();
        (await Registry.TryRegisterAsync(Connection(1), 1, Long, Token)).ShouldBeTrue();
        (await Registry.TryRegisterAsync(Connection(2), 1, Long, Token)).ShouldBeFalse();

        await Registry.RemoveAsync(Connection(1), Token);

        (await Registry.TryRegisterAsync(Connection(2), 1, Long, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task One_that_is_not_renewed_frees_its_place()
    {
        (await Registry.TryRegisterAsync(Connection(1), 1, TimeSpan.FromMilliseconds(200), Token)).ShouldBeTrue();

        await Eventually.Is(() => Registry.TryRegisterAsync(Connection(2), 1, Long, Token));
    }

    private static ListenerConnection Connection(int number) => new(User, "session", $"{number}", "websocket", "node");
}
