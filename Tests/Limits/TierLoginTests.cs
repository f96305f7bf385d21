using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.ServiceDefaults.Login.Tickets;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Login;
using CloudIa.Tests.Notifier.ApiGateway;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

/// <summary>Whose tier counts, on all ways in.</summary>
public sealed class TierLoginTests(TierHosts hosts, StandInsFixture standIns) : IClassFixture<TierHosts>
{
    private const int Burst = 60;

    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_tiers_and_none_side_by_side_over_two_hosts_hold_exactly()
    {
        var bursts = await Task.WhenAll(BurstAsync("pro"), BurstAsync("free"), BurstAsync(plan: null));

        bursts.ShouldBe([(7, "7"), (3, "3"), (5, "5")]);
    }

    [Theory]
    [InlineData("[\"free\", \"pro\", \"other\"]", 7)]
    [InlineData("[\"other\", \"free\"]", 3)]
    [InlineData("\"free\"", 3)]
    [InlineData("\"Pro\"", 5)]
    [InlineData("[1, null, {}]", 5)]
    [InlineData("[]", 5)]
    [InlineData("7", 5)]
    public async Task The_first_tier_that_the_claim_has_counts_and_else_none(string plan, int jobs)
    {
        using var client = hosts.Client(hosts.Token(_user, JsonSerializer.Deserialize<JsonElement>(plan)));

        (await PolicyAsync(await ChatAsync(client))).ShouldContain($"\"jobs\";q={jobs};");
    }

    [Fact]
    public async Task Each_call_that_begins_a_job_is_held_to_the_tiers_numbers()
    {
        using var client = hosts.Client(hosts.Token(_user, "pro"));
        var job = await IdAsync(await ChatAsync(client));
        await hosts.Services.GetRequiredService<IJobStore>().RecordOutcomeAsync(
            job, new() { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = TimeProvider.System.GetUtcNow() }, Token);

        (string Path, object? Body)[] calls =
        [
            ($"/chat/jobs/{job}/edit", new { message = "other" }),
            ($"/chat/jobs/{job}/regenerate", null),
            ($"/chat/jobs/{job}/retry", null),
            ("/v1/chat/completions", new { model = "echo", stream = true, messages = new[] { new { role = "user", content = "hello" } } }),
            ("/v1/responses", new { model = "echo", background = true, input = "hello" }),
        ];
        foreach (var (path, body) in calls)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
            response.IsSuccessStatusCode.ShouldBeTrue(path);
            response.Headers.GetValues("RateLimit-Policy").ShouldHaveSingleItem().ShouldBe("\"requests\";q=500;w=60, \"jobs\";q=7;qu=\"concurrent-requests\"", path);
        }

        using var export = await client.GetAsync(new Uri("/me/export", UriKind.Relative), Token);
        export.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_has_its_makers_tier_of_when_it_was_made()
    {
        using var pro = hosts.Client(hosts.Token(_user, "pro"));
        using var plain = hosts.Client(hosts.Token(_user, plan: null));
        var (id, first) = await ApiKeyTests.MakeAsync(pro);
        var (_, second) = await ApiKeyTests.MakeAsync(plain);
        using var ofPro = hosts.Client(first);
        using var ofPlain = hosts.Client(second, host: 1);

        (await PolicyAsync(await ChatAsync(ofPro))).ShouldContain("\"jobs\";q=7;");
        (await PolicyAsync(await ChatAsync(ofPlain))).ShouldContain("\"jobs\";q=5;");
        (await hosts.Services.GetRequiredService<IApiKeyStore>().FindAsync(id, Token)).ShouldNotBeNull().Tier.ShouldBe("pro");
    }

    [Fact]
    public async Task A_connection_is_held_to_its_logins_tier_on_each_wire_by_token_ticket_or_key()
    {
        var token = hosts.Token(_user, "pro");
        using var client = hosts.Client(token);
        var job = await IdAsync(await ChatAsync(client));
        var (_, key) = await ApiKeyTests.MakeAsync(client);
        using var first = await TicketTests.ConnectAsync(hosts.Address, $"ticket={await TicketAsync(client)}");
        await first.ReadStatusAsync("connected");
        using (var stream = await client.GetAsync(new Uri($"/chat/jobs/{job}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token))
        {
            stream.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await RefusedAsync($"ticket={await TicketAsync(client)}")).ShouldBe("429 \"connections\";q=2;qu=\"concurrent-requests\"");
        }

        // Without its tier a user has three.
        using var second = await SecondAsync(token);
        (await RefusedAsync($"ticket={await TicketAsync(client)}")).ShouldStartWith("429 \"connections\";q=2;");
        (await RefusedAsync("", token)).ShouldStartWith("429 \"connections\";q=2;");
        (await RefusedAsync("", key)).ShouldStartWith("429 \"connections\";q=2;");
        (await HubAsync(token)).ShouldContain("2 connections of a user");
        foreach (var login in new[] { token, key })
        {
            using var caller = hosts.Client(login, host: 1);
            using var stream = await caller.GetAsync(new Uri($"/chat/jobs/{job}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
            await SubmitTests.ShouldBeProblemAsync(stream, HttpStatusCode.TooManyRequests, "too-many-connections");
            stream.Headers.GetValues("RateLimit-Policy").ShouldHaveSingleItem().ShouldStartWith("\"connections\";q=2;");

            using var gateway = await GatewayAsync(caller);
            gateway.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            gateway.Headers.GetValues("RateLimit-Policy").ShouldHaveSingleItem().ShouldStartWith("\"connections\";q=2;");
        }
    }

    [Fact]
    public async Task A_ticket_of_a_version_that_knew_no_tiers_has_none() =>
        JsonSerializer.Deserialize<TakenTicket>("{\"userId\":\"ana\",\"loginEnds\":null}", JsonSerializerOptions.Web).ShouldBe(new TakenTicket("ana", null));

    [Fact]
    public async Task A_connection_of_API_Gateway_takes_its_tier_to_the_node_that_has_it_next()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 0);
        await rig.Leases.OpenAsync("with", "ana", "session", "one", new(Ends: null, "pro"));
        await rig.Leases.OpenAsync("without", "ana", "session", "one", new(Ends: null, Tier: null));

        (await rig.Leases.TryTakeAsync("with", "two", fromTheLiving: true)).ShouldNotBeNull().Login.Tier.ShouldBe("pro");
        (await rig.Leases.TryTakeAsync("without", "two", fromTheLiving: true)).ShouldNotBeNull().Login.Tier.ShouldBeNull();
    }

    [Fact]
    public async Task In_Development_a_tier_can_be_tried_out()
    {
        await using var app = await ApiFixture.StartAsync(standIns, new() { ["Limits:Tiers:0:Name"] = "pro", ["Limits:Tiers:0:ConcurrentJobs"] = "7" });
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        using var client = ApiFixture.ClientOf(app, _user);
        using (var free = await ChatAsync(client))
            free.Headers.Contains("RateLimit-Policy").ShouldBeFalse();

        client.DefaultRequestHeaders.Add("X-Dev-Tier", "pro");
        (await PolicyAsync(await ChatAsync(client))).ShouldContain("\"jobs\";q=7;");

        client.DefaultRequestHeaders.Remove("X-Dev-Tier");
        client.DefaultRequestHeaders.Add("X-Dev-Tier", "gold");
        (await ChatAsync(client)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    /// <returns>How many were accepted, and the quotas by which the others were not.</returns>
    private async Task<(int Accepted, string Quotas)> BurstAsync(string? plan)
    {
        var token = hosts.Token(standIns.UniqueName("user"), plan);
        using var one = hosts.Client(token);
        using var other = hosts.Client(token, host: 1);
        var quotas = await Task.WhenAll(Enumerable.Range(0, Burst).Select(async n =>
        {
            using var response = await ChatAsync(n % 2 == 0 ? one : other);
            if (response.StatusCode == HttpStatusCode.Accepted)
                return null;

            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
            problem.GetProperty("type").GetString().ShouldBe("urn:cloudia:problem:too-many-jobs");
            return problem.GetProperty("quota").GetRawText();
        }));
        return (quotas.Count(x => x is null), string.Join(' ', quotas.OfType<string>().Distinct()));
    }

    private static Task<HttpResponseMessage> ChatAsync(HttpClient client) => client.PostAsJsonAsync("/chat", new { message = "hello" }, Token);

    private static async Task<Guid> IdAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("jobId").GetGuid();

    private static async Task<string> PolicyAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync(Token));
        return response.Headers.GetValues("RateLimit-Policy").ShouldHaveSingleItem();
    }

    private static async Task<string> TicketAsync(HttpClient client)
    {
        using var response = await client.PostAsync(new Uri("/ws/ticket", UriKind.Relative), null, Token);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("ticket").GetString()!;
    }

    /// <summary>As soon as the event stream's place is free.</summary>
    private async Task<WebSocketClient> SecondAsync(string token)
    {
        WebSocketClient? second = null;
        await Eventually.Is(async () =>
        {
            try
            {
                second = await TicketTests.ConnectAsync(hosts.Address, "", token);
                return true;
            }
            catch (WebSocketException)
            {
                return false;
            }
        });
        await second!.ReadStatusAsync("connected");
        return second;
    }

    /// <returns>Status and policy of what a WebSocket's request was answered with.</returns>
    private async Task<string> RefusedAsync(string query, string? token = null)
    {
        using var socket = new ClientWebSocket();
        await Should.ThrowAsync<WebSocketException>(() => TicketTests.ConnectAsync(hosts.Address, query, token, socket));
        return $"{(int)socket.HttpStatusCode} {socket.HttpResponseHeaders?["RateLimit-Policy"].Single()}";
    }

    private async Task<string> HubAsync(string token)
    {
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri(hosts.Address, "/hub"), options => options.AccessTokenProvider = () => Task.FromResult<string?>(token)).Build();
        var closed = new TaskCompletionSource<Exception?>();
        hub.Closed += exception =>
        {
            closed.TrySetResult(exception);
            return Task.CompletedTask;
        };
        await hub.StartAsync(Token);
        return (await closed.Task.WaitAsync(TimeSpan.FromSeconds(20), Token)).ShouldNotBeNull().Message;
    }

    private async Task<HttpResponseMessage> GatewayAsync(HttpClient caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/apigateway/connect");
        request.Headers.Add("X-CloudIa-Gateway-Secret", "a secret of the gateway");
        request.Headers.Add("X-CloudIa-Connection-Id", standIns.UniqueName("connection"));
        return await caller.SendAsync(request, Token);
    }
}
