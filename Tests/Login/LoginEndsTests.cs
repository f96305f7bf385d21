using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Listening;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>A connection lives no longer than the login that opened it: on a clock that stands, without a wire.</summary>
public sealed class LoginEndsTests : IAsyncLifetime
{
    private readonly CountingTime _time = new();
    private LoginEnds _ends = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ends = new(_time, NullLogger<LoginEnds>.Instance);
        await _ends.StartAsync(Token);

        // Its loop begins on another thread.
        await Eventually.Is(() => _time.Timers > 0, "the timer is set");
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.StopAsync(Token);
        _ends.Dispose();
    }

    [Fact]
    public async Task Each_ends_at_its_own_time()
    {
        await using var soon = await StartAsync(TimeSpan.FromSeconds(10));
        await using var later = await StartAsync(TimeSpan.FromMinutes(10));
        await using var never = await ListenerRig.StartAsync(new FakeEventLog());

        _time.Advance(TimeSpan.FromSeconds(9));
        soon.Running.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(1));

        (await soon.Running.WaitAsync(TimeSpan.FromSeconds(60), Token)).ShouldBe(ListenerEnd.LoginEnded);
        (later.Running.IsCompleted, never.Running.IsCompleted, _ends.Count).ShouldBe((false, false, 1));
        _time.Advance(TimeSpan.FromMinutes(10));
        (await later.Running.WaitAsync(TimeSpan.FromSeconds(60), Token)).ShouldBe(ListenerEnd.LoginEnded);
        never.Running.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task One_whose_login_was_over_before_it_began_ends_at_once()
    {
        await using var rig = await StartAsync(TimeSpan.FromSeconds(-1));

        _time.Advance(LoginEnds.Interval);

        (await rig.Running.WaitAsync(TimeSpan.FromSeconds(60), Token)).ShouldBe(ListenerEnd.LoginEnded);
    }

    [Fact]
    public async Task One_that_has_gone_is_not_kept()
    {
        var rig = await StartAsync(TimeSpan.FromHours(1));
        _ends.Count.ShouldBe(1);

        await rig.DisposeAsync();

        _ends.Count.ShouldBe(0);
    }

    [Fact]
    public async Task One_that_goes_in_the_very_moment_harms_no_other()
    {
        var going = new List<ListenerRig>();
        for (var n = 0; n < 50; n++)
            going.Add(await StartAsync(TimeSpan.FromSeconds(1)));
        await using var other = await StartAsync(TimeSpan.FromSeconds(2));

        var gone = going.Select(x => Task.Run(() => x.DisposeAsync().AsTask(), Token)).ToList();
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(gone);
        await Eventually.Is(() => _ends.Count == 1, "all of them are forgotten");
        _time.Advance(TimeSpan.FromSeconds(1));

        (await other.Running.WaitAsync(TimeSpan.FromSeconds(60), Token)).ShouldBe(ListenerEnd.LoginEnded);
    }

    private async Task<ListenerRig> StartAsync(TimeSpan lifetime)
    {
        var rig = await ListenerRig.StartAsync(new FakeEventLog());
        rig.Listener.Own(_ends.Add(rig.Listener, _time.GetUtcNow() + lifetime));
        return rig;
    }
}

/// <summary>The same over real wires.</summary>
public sealed class LoginEndsOnWiresTests(StandInsFixture standIns) : IAsyncLifetime
{
    private TestAuthority _authority = null!;
    private WebApplication _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private Uri Address => new(_app.Urls.Single());

    /// <summary>How long a login lasts: longer with each try, since a busy machine may need as long to connect.</summary>
    private static int[] Lifetimes => [2, 6, 18];

    public async ValueTask InitializeAsync()
    {
        _authority = await TestAuthority.StartAsync();
        _app = await LoginHosts.StartAsync(standIns, new() { ["Login:Authority"] = _authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience, ["Login:ClockSkew"] = "00:00:00" });

        // Its keys are known, and all else that the first request waits for.
        using var client = LoginHosts.ClientOf(_app, _authority.Token("ana"));
        (await client.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token)).EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task A_WebSocket_is_closed_with_3000()
    {
        using var other = await TicketTests.ConnectAsync(Address, "", _authority.Token("ana"));
        using var socket = await OpenAsync(seconds => TicketTests.ConnectAsync(Address, "", Brief(seconds)));

        var (status, reason) = await socket.ReadCloseAsync();

        (status, reason).ShouldBe((3000, "login is over: connect with a new token and resume"));
        await other.ReadStatusAsync("connected");
        await other.SendAsync("""{"action":"ping"}""");
        await other.ReadStatusAsync("pong");
    }

    [Fact]
    public async Task One_that_a_ticket_opened_ends_with_the_login_that_asked_for_it()
    {
        using var socket = await OpenAsync(async seconds =>
        {
            using var client = LoginHosts.ClientOf(_app, Brief(seconds));
            using var response = (await client.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token)).EnsureSuccessStatusCode();
            return await TicketTests.ConnectAsync(Address, $"ticket={(await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("ticket").GetString()}");
        });

        (await socket.ReadCloseAsync()).Status.ShouldBe(3000);
    }

    [Fact]
    public async Task A_key_that_expires_closes_what_it_opened()
    {
        using var client = LoginHosts.ClientOf(_app, _authority.Token("ana"));
        using var socket = await OpenAsync(async seconds =>
            await TicketTests.ConnectAsync(Address, "", (await ApiKeyTests.MakeAsync(client, TimeProvider.System.GetUtcNow().AddSeconds(seconds))).Key));

        (await socket.ReadCloseAsync()).Status.ShouldBe(3000);
    }

    [Fact]
    public async Task A_hub_connection_ends_and_its_client_comes_again_with_a_new_token()
    {
        var connected = 0;
        var seconds = 0;
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(Address, "/hub"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(Volatile.Read(ref connected) == 0 ? Brief(seconds) : _authority.Token("ana")))
            .WithAutomaticReconnect()
            .Build();
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.On<JsonElement>("Connected", _ => Interlocked.Increment(ref connected));
        hub.Reconnected += _ =>
        {
            again.TrySetResult();
            return Task.CompletedTask;
        };
        foreach (var lifetime in Lifetimes)
        {
            seconds = lifetime;
            if (await StartsAsync(hub))
                break;
        }

        await again.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);

        await Eventually.Is(() => Volatile.Read(ref connected) >= 2, "it was greeted twice");
    }

    private string Brief(int seconds) => _authority.Token("ana", c => c["exp"] = TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds());

    /// <summary>A connection that was greeted before its login ended.</summary>
    private static async Task<WebSocketClient> OpenAsync(Func<int, Task<WebSocketClient>> open)
    {
        foreach (var seconds in Lifetimes)
        {
            try
            {
                var socket = await open(seconds);
                await socket.ReadStatusAsync("connected");
                return socket;
            }
            catch (Exception e) when (e is WebSocketException or HttpRequestException)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{seconds} s were too short: {e.Message}");
            }
        }

        throw new TimeoutException("No login lasted long enough to connect with.");
    }

    private static async Task<bool> StartsAsync(HubConnection hub)
    {
        try
        {
            await hub.StartAsync(Token);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
