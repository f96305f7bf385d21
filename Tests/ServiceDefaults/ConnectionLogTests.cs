using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using CloudIa.Tests.Api;
using CloudIa.Tests.Canaries;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Login;
using CloudIa.Tests.Processor.Fakes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>The log of requests, and the answer to what nobody expected, where Notifier's wires are ahead of the host's own pipeline; and Api's own refusals.</summary>
public sealed class ConnectionLogTests(StandInsFixture standIns) : IAsyncLifetime
{
    private readonly LogCollector _logs = new();
    private readonly Canary _user = Canary.New("user");
    private TestAuthority _authority = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _authority = await TestAuthority.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task A_websocket_is_a_line_when_it_ends_with_how_long_it_was_open()
    {
        await using var app = await StartAsync();
        using var client = LoginHosts.ClientOf(app, _authority.Token(_user.Text));
        var ticket = (await (await client.PostAsync("/ws/ticket", null, Token)).Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("ticket").GetString()!;
        (await LineAsync(1)).ShouldStartWith("Information 1201 POST /ws/ticket 201 in ");

        using var socket = await TicketTests.ConnectAsync(new Uri(app.Urls.Single()), $"ticket={ticket}&sessionId={_user.Text}");
        await socket.ReadStatusAsync("connected");
        var open = Stopwatch.StartNew();
        (await client.GetAsync("/chats", Token)).Dispose();
        (await LineAsync(2)).ShouldStartWith("Information 1201 GET /chats 200 in ", customMessage: "the connection is none while it is open");
        var least = open.Elapsed.TotalMilliseconds;
        await socket.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Token);

        var line = await LineAsync(3);
        line.ShouldStartWith("Information 1201 GET /ws 101 in ");
        RequestLines.Milliseconds(line).ShouldBeGreaterThanOrEqualTo(Math.Floor(least));
        NothingOf(ticket, _authority.Token(_user.Text));
    }

    [Fact]
    public async Task A_hub_is_a_line_when_it_ends_and_its_negotiation_is_one()
    {
        await using var app = await StartAsync();
        var token = _authority.Token(_user.Text);
        await using (var hub = new HubConnectionBuilder().WithUrl(new Uri(new Uri(app.Urls.Single()), $"/hub?access_token={token}")).Build())
        {
            await hub.StartAsync(Token);
            (await LineAsync(1)).ShouldStartWith("Information 1201 POST /hub/negotiate 200 in ");
        }

        (await LineAsync(2)).ShouldStartWith("Information 1201 GET /hub 101 in ");
        NothingOf(token);
    }

    [Theory]
    [InlineData("GET", "/ws", "", "GET /ws 401")]
    [InlineData("GET", "/ws", "good", "GET /ws 400")]
    [InlineData("GET", "/ws", "page", "GET /ws 403")]
    [InlineData("GET", "/hub", "", "GET /hub 401")]
    [InlineData("POST", "/hub/negotiate", "", "POST /hub/negotiate 401")]
    [InlineData("POST", "/hub/negotiate", "page", "POST /hub 403")]
    [InlineData("GET", "/ws/ticket", "page", "GET (none) 403")]
    [InlineData("GET", "/chats/{id}/messages", "", "GET /chats/{chatId:guid}/messages 401")]
    [InlineData("GET", "/chats/{id}/messages", "good", "GET /chats/{chatId:guid}/messages 404")]
    [InlineData("POST", "/chat", "good", "POST /chat 415")]
    public async Task What_is_refused_is_a_line_with_its_route(string method, string path, string with, string expected)
    {
        await using var app = await StartAsync();
        var (id, token) = (Guid.CreateVersion7().ToString(), _authority.Token(_user.Text));
        using var client = LoginHosts.ClientOf(app, with.Length == 0 ? null : token);
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{path.Replace("{id}", id, StringComparison.Ordinal)}?ticket={_user.Text}&access_token={_user.Text}");
        if (with == "page")
            request.Headers.Add("Origin", "https://evil.example.com");

        // A ticket in the query would be looked at in place of a header.
        if (with == "good")
            request.RequestUri = new Uri(request.RequestUri!.OriginalString.Split('?')[0], UriKind.Relative);
        (await client.SendAsync(request, Token)).Dispose();

        (await LineAsync(1)).ShouldStartWith($"Information 1201 {expected} in ");
        NothingOf(token, id);
    }

    [Theory]
    [InlineData("GET", "/ws")]
    [InlineData("GET", "/hub")]
    [InlineData("POST", "/hub/negotiate")]
    public async Task What_nobody_expected_before_a_connection_is_the_same_problem_as_elsewhere_and_is_logged(string method, string path)
    {
        await using var app = await StartAsync(x => x.AddSingleton<IAuthorizationPolicyProvider>(new Broken()));
        using var client = LoginHosts.ClientOf(app, _authority.Token(_user.Text));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var problem = await SubmitTests.ShouldBeProblemAsync(await client.SendAsync(request, Token), HttpStatusCode.InternalServerError, "internal-error");

        var line = await LineAsync(1);
        line.ShouldStartWith($"Information 1201 {method} {path} 500 in ");
        problem.GetProperty("traceId").GetString()!.Split('-')[1].ShouldBe(RequestLines.TraceId(line));
        problem.ToString().ShouldNotContain(Broken.Secret);
        _logs.Lines.Count(x => x.StartsWith("Error 1202 ", StringComparison.Ordinal) && x.Contains(Broken.Secret, StringComparison.Ordinal)).ShouldBe(1);
    }

    private Task<WebApplication> StartAsync(Action<IServiceCollection>? change = null) => LoginHosts.StartAsync(
        standIns,
        new() { ["Login:Authority"] = _authority.Issuer, ["Login:Audiences:0"] = LoginHosts.Audience },
        change: builder =>
        {
            builder.Logging.AddProvider(_logs);
            change?.Invoke(builder.Services);
        });

    private Task<string> LineAsync(int number) => RequestLines.LastAsync(_logs, number);

    private void NothingOf(params string[] secrets) =>
        RequestLines.Of(_logs).Where(line => _user.IsIn(line) || secrets.Any(x => new Canary("", x).IsIn(line))).ShouldBeEmpty();

    /// <summary>Fails behind the login and before the upgrade.</summary>
    private sealed class Broken : IAuthorizationPolicyProvider
    {
        public const string Secret = "secret-of-the-exception";

        public Task<AuthorizationPolicy> GetDefaultPolicyAsync() => throw new InvalidOperationException(Secret);

        public Task<AuthorizationPolicy?> GetFallbackPolicyAsync() => Task.FromResult<AuthorizationPolicy?>(null);

        public Task<AuthorizationPolicy?> GetPolicyAsync(string policyName) => Task.FromResult<AuthorizationPolicy?>(null);
    }
}
