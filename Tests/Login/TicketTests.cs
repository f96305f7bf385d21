using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using CloudIa.EventLog;
using CloudIa.ServiceDefaults.Login.Tickets;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>Tickets, and who a WebSocket's user is.</summary>
public sealed class TicketTests(LoginHosts hosts, StandInsFixture standIns) : IClassFixture<LoginHosts>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ticket_opens_one_WebSocket_of_its_user_and_no_other()
    {
        using var client = hosts.Client(hosts.Authority.Token(_user));
        var ticket = await TicketAsync(client);

        using var socket = await ConnectAsync($"ticket={ticket}");
        await socket.ReadStatusAsync("connected");
        var made = await (await client.PostAsJsonAsync("/chat", new { message = "hello" }, Token)).Content.ReadFromJsonAsync<JsonElement>(Token);
        var events = await socket.ReadEventsAsync(_ => true);

        events[0].JobId.ShouldBe(made.GetProperty("jobId").GetGuid());
        (await RefusedAsync($"ticket={ticket}")).ShouldBe(HttpStatusCode.Unauthorized, "it was used");
    }

    [Fact]
    public async Task Of_many_who_come_with_one_ticket_at_once_one_gets_in()
    {
        using var client = hosts.Client(hosts.Authority.Token(_user));
        var ticket = await TicketAsync(client);

        var came = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => RefusedAsync($"ticket={ticket}")));

        came.Count(x => x is null).ShouldBe(1);
        came.Count(x => x == HttpStatusCode.Unauthorized).ShouldBe(11);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ticket=")]
    [InlineData("ticket=x")]
    [InlineData("ticket=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ticket=%00")]
    [InlineData("Ticket=..%2F..%2F")]
    public async Task Without_one_that_is_good_nobody_gets_in(string query) => (await RefusedAsync(query)).ShouldBe(HttpStatusCode.Unauthorized);

    [Fact]
    public async Task Two_tickets_are_none()
    {
        using var client = hosts.Client(hosts.Authority.Token(_user));

        (await RefusedAsync($"ticket={await TicketAsync(client)}&ticket={await TicketAsync(client)}")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_ticket_is_no_token_and_no_login_for_anything_else()
    {
        using var client = hosts.Client(hosts.Authority.Token(_user));
        var ticket = await TicketAsync(client);
        using var nobody = hosts.Client(null);
        using var bearer = hosts.Client(ticket);

        foreach (var path in new[] { $"/chats?ticket={ticket}", $"/hub/negotiate?negotiateVersion=1&ticket={ticket}", $"/v1/models?ticket={ticket}", $"/hub?ticket={ticket}" })
            (await nobody.GetAsync(new Uri(path, UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        (await bearer.GetAsync(new Uri("/chats", UriKind.Relative), Token)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await RefusedAsync($"ticket={ticket}")).ShouldBeNull("nobody took it");
    }

    [Fact]
    public async Task A_WebSocket_takes_a_token_or_a_key_in_its_header_and_no_token_in_its_address()
    {
        var token = hosts.Authority.Token(_user);
        using var client = hosts.Client(token);
        var (_, key) = await ApiKeyTests.MakeAsync(client);

        foreach (var good in new[] { token, key })
        {
            using var socket = await ConnectAsync("", good);
            await socket.ReadStatusAsync("connected");
        }

        (await RefusedAsync($"access_token={token}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await RefusedAsync($"token={token}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await RefusedAsync($"ticket={token}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await RefusedAsync("", hosts.Authority.Token(_user, c => c["aud"] = "other"))).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task API_Gateway_may_pass_a_ticket_on()
    {
        using var client = hosts.Client(hosts.Authority.Token(_user));
        var ticket = await TicketAsync(client);
        async Task<HttpStatusCode> ComeAsync(string query)
        {
            using var gateway = hosts.Client(null);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/apigateway/connect{query}");
            request.Headers.Add("X-CloudIa-Gateway-Secret", "a secret of the gateway");
            request.Headers.Add("X-CloudIa-Connection-Id", standIns.UniqueName("connection"));
            return (await gateway.SendAsync(request, Token)).StatusCode;
        }

        (await ComeAsync($"?ticket={ticket}&sessionId=")).ShouldBe(HttpStatusCode.OK);
        (await ComeAsync($"?ticket={ticket}")).ShouldBe(HttpStatusCode.Unauthorized);
        (await ComeAsync("?ticket=")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_ticket_is_not_in_Redis_and_goes_after_a_minute()
    {
        using var client = hosts.Client(hosts.Authority.Token(_user));
        using var response = await client.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var made = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        var redis = hosts.Services.GetRequiredService<IConnectionMultiplexer>();
        var prefix = hosts.Services.GetRequiredService<IOptions<EventLogOptions>>().Value.KeyPrefix;
        var keys = redis.GetServers().SelectMany(x => x.Keys(pattern: $"{prefix}ticket:*")).Distinct().ToList();
        keys.ShouldNotBeEmpty();
        keys.ShouldAllBe(x => !((string)x!).Contains(made.GetProperty("ticket").GetString()!));
        foreach (var key in keys)
            (await redis.GetDatabase().KeyTimeToLiveAsync(key)).ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(60));
        (made.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow()).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_ticket_does_not_outlive_the_login_that_asked_for_it()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var tickets = new RedisTickets(hosts.Services.GetRequiredService<IConnectionMultiplexer>(), hosts.Services.GetRequiredService<IOptions<EventLogOptions>>(), time);
        var ends = time.GetUtcNow().AddSeconds(20);

        var issued = await tickets.IssueAsync(_user, ends, "pro", Token);

        issued.ExpiresAt.ShouldBe(ends);
        issued.ToString().ShouldNotContain(issued.Ticket);
        (await tickets.TakeAsync(issued.Ticket, Token)).ShouldBe(new TakenTicket(_user, ends, "pro"));
        (await tickets.TakeAsync(issued.Ticket, Token)).ShouldBeNull();
        (await tickets.IssueAsync(_user, null, null, Token)).ExpiresAt.ShouldBe(time.GetUtcNow().AddSeconds(60));
    }

    [Fact]
    public async Task Nobody_gets_a_ticket_without_a_login()
    {
        using var nobody = hosts.Client(null);

        await SubmitTests.ShouldBeProblemAsync(await nobody.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token), HttpStatusCode.Unauthorized, "unauthorized");
    }

    private static async Task<string> TicketAsync(HttpClient client)
    {
        using var response = await client.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("ticket").GetString()!;
    }

    private Task<WebSocketClient> ConnectAsync(string query, string? token = null) => ConnectAsync(hosts.Address, query, token);

    internal static async Task<WebSocketClient> ConnectAsync(Uri address, string query, string? token = null, ClientWebSocket? socket = null)
    {
        socket ??= new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null)
            socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        var client = new WebSocketClient(socket);
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/ws", Query = query }.Uri, Token);
        return client;
    }

    /// <summary>The status by which a connection is refused; null: it is not.</summary>
    private async Task<HttpStatusCode?> RefusedAsync(string query, string? token = null)
    {
        using var socket = new ClientWebSocket();
        try
        {
            using var client = await ConnectAsync(hosts.Address, query, token, socket);
            return null;
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }
    }
}
