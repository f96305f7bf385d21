using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>In Development without an authority.</summary>
public sealed class DevelopmentLoginTests(StandInsFixture standIns) : IAsyncLifetime
{
    private WebApplication _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _app = await LoginHosts.StartAsync(standIns, [], environment: "Development", map: app =>
    {
        GoodTokenTests.WhoAmI(app);
        app.MapGet("/ops/test", () => "operators").RequireOperator();
        app.MapGet("/ops/read", () => "readers").RequireReader();
    });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(null, null, "local|operator")]
    [InlineData("ana", null, "ana|operator")]
    [InlineData(null, "none", "local|")]
    [InlineData("ana", "reader", "ana|reader")]
    [InlineData("ana", "operator", "ana|operator")]
    [InlineData("ana", "root", "401")]
    [InlineData("not a user", null, "401")]
    public async Task Everybody_is_who_they_say_they_are(string? user, string? role, string who)
    {
        using var client = Client(user, role);
        using var response = await client.GetAsync(new Uri("/who", UriKind.Relative), Token);

        (response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(Token) : $"{(int)response.StatusCode}").ShouldBe(who);
    }

    [Theory]
    [InlineData(null, 200, 200)]
    [InlineData("operator", 200, 200)]
    [InlineData("reader", 200, 403)]
    [InlineData("none", 403, 403)]
    public async Task A_role_can_be_tried_out(string? role, int read, int operate)
    {
        using var client = Client("ana", role);

        ((int)(await client.GetAsync(new Uri("/ops/read", UriKind.Relative), Token)).StatusCode, (int)(await client.GetAsync(new Uri("/ops/test", UriKind.Relative), Token)).StatusCode).ShouldBe((read, operate));
    }

    [Fact]
    public async Task Any_token_is_no_login_and_a_key_is_one()
    {
        using var ana = Client("ana");
        var (_, key) = await ApiKeyTests.MakeAsync(ana);

        (await GoodTokenTests.WhoAsync(_app, "any")).ShouldBe("local|operator");
        (await GoodTokenTests.WhoAsync(_app, key)).ShouldBe("ana|");
        (await GoodTokenTests.WhoAsync(_app, key[..^1])).ShouldBe("401");
    }

    [Fact]
    public async Task A_ticket_opens_a_WebSocket_of_who_asked_for_it()
    {
        using var ana = Client("ana");
        var made = await (await ana.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token)).Content.ReadFromJsonAsync<JsonElement>(Token);
        using var socket = await TicketTests.ConnectAsync(new Uri(_app.Urls.Single()), $"ticket={made.GetProperty("ticket").GetString()}");
        await socket.ReadStatusAsync("connected");
        (await ana.PostAsJsonAsync("/chat", new { message = "hello" }, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await socket.ReadEventsAsync(_ => true)).ShouldNotBeEmpty();
    }

    private HttpClient Client(string? user, string? role = null)
    {
        var client = LoginHosts.ClientOf(_app, null);
        if (user is not null)
            client.DefaultRequestHeaders.Add("X-Dev-User", user);
        if (role is not null)
            client.DefaultRequestHeaders.Add("X-Dev-Role", role);
        return client;
    }
}
