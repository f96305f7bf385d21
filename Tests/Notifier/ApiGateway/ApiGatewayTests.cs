using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Local.StandIns;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.ApiGateway;

/// <summary>Notifiers behind API Gateway's stand-in, which checks signatures and limits, over a real Redis protocol.</summary>
public sealed class ApiGatewayTests(StandInsFixture standIns)
{
    private const int Pieces = 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_event_of_an_answer_comes_in_order_and_as_on_every_wire_and_frames_reach_the_owner_through_any_node()
    {
        await using var rig = await GatewayRig.StartAsync(standIns);
        using var client = await rig.ConnectAsync(query: "sessionId=my-session");
        var connected = await client.ReadStatusAsync("connected");
        var job = rig.Job();

        // In turn at each of the two nodes, of which one has the connection.
        for (var i = 0; i < 4; i++)
        {
            await client.SendAsync("""{"action":"ping"}""");
            await client.ReadStatusAsync("pong");
        }

        await job.AnswerAsync(Pieces);

        connected.GetProperty("sessionId").GetString().ShouldBe("my-session");
        rig.Gateway.Connections.ShouldHaveSingleItem().ShouldBe(connected.GetProperty("connectionId").GetString());
        foreach (var expected in await job.AllAsync())
        {
            (await client.ReadTextAsync()).ShouldBe(ClientEventJson.Serialize(expected));
        }
    }

    [Fact]
    public async Task A_client_that_comes_back_gets_the_rest_of_its_own_jobs_and_nothing_of_anothers()
    {
        await using var rig = await GatewayRig.StartAsync(standIns);
        var mine = rig.Job();
        var foreign = rig.Job("bob");
        await mine.AnswerAsync(Pieces);
        await foreign.AnswerAsync(Pieces);

        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{mine.JobId}}","lastSeq":7}""");
        await client.ReadStatusAsync("subscribed");
        (await client.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe((await mine.AllAsync()).Skip(7));

        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{foreign.JobId}}"}""");
        (await client.ReadStatusAsync("error")).GetProperty("message").GetString()!.ShouldContain("not found");
        await client.SendAsync("""{"action":"dance"}""");
        (await client.ReadStatusAsync("error")).GetProperty("message").GetString()!.ShouldContain("not known");

        // A second answer while both listen: each gets its own.
        using var other = await rig.ConnectAsync("bob");
        await other.ReadStatusAsync("connected");
        var another = rig.Job("bob");
        await another.AnswerAsync(3);
        (await other.ReadEventsAsync(x => x.EndsAttempt())).ShouldAllBe(x => x.JobId == another.JobId);
        await client.SendAsync("""{"action":"ping"}""");
        (await client.ReadAsync()).GetProperty("status").GetString().ShouldBe("pong");
    }

    [Fact]
    public async Task What_was_acknowledged_is_gone_on_from_and_there_is_nothing_to_unsubscribe_from()
    {
        await using var rig = await GatewayRig.StartAsync(standIns);
        var job = rig.Job();
        using (var first = await rig.ConnectAsync(query: "sessionId=s"))
        {
            await first.ReadStatusAsync("connected");
            await job.AnswerAsync(Pieces);
            await first.ReadEventsAsync(x => x.EndsAttempt());
            await first.SendAsync("""{"action":"unsubscribe","scope":"user"}""");
            (await first.ReadStatusAsync("error")).GetProperty("message").GetString()!.ShouldContain("all of its user's jobs");
            await first.SendAsync("""{"action":"subscribe","scope":"user"}""");
            await first.ReadStatusAsync("subscribed");
            await first.SendAsync($$"""{"action":"ack","jobId":"{{job.JobId}}","seq":5}""");
            var acknowledgements = rig.Nodes[0].Services.GetRequiredService<IAcknowledgements>();
            await Eventually.Is(async () => (await acknowledgements.GetAsync("ana", "s", TestContext.Current.CancellationToken)).GetValueOrDefault(job.JobId) == 5);
        }

        using var second = await rig.ConnectAsync(query: "sessionId=s");

        await second.ReadStatusAsync("connected");
        (await second.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe((await job.AllAsync()).Skip(5));
    }

    [Fact]
    public async Task A_connection_that_is_gone_is_forgotten_with_the_next_frame_though_nobody_said_so()
    {
        await using var rig = await GatewayRig.StartAsync(standIns);
        rig.Gateway.LosesDisconnects = true;
        var client = await rig.ConnectAsync();
        var connectionId = (await client.ReadStatusAsync("connected")).GetProperty("connectionId").GetString()!;
        client.Socket.Abort();
        client.Dispose();
        await Eventually.Is(() => rig.Gateway.Connections.Count == 0);
        rig.Nodes.Sum(GatewayRig.Connections).ShouldBe(1);

        // On a busy machine the greeting comes before $connect is answered, and is told that there is no connection yet.
        int Gone() => rig.Gateway.Calls.Count(x => x.ConnectionId == connectionId && x.Status == 410);
        var early = Gone();

        await rig.Job().BeginAsync();

        await Eventually.Is(async () => rig.Nodes.Sum(GatewayRig.Connections) == 0 && await rig.Leases.FindAsync(connectionId) is null);
        (Gone() - early).ShouldBe(1);
        (await rig.Redis.GetDatabase().SortedSetLengthAsync(rig.LeasesKey)).ShouldBe(0);
    }

    [Fact]
    public async Task With_a_wrong_key_connections_are_dropped_and_it_is_said_once()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: ("ApiGateway:SecretKey", "not the key"));
        var clients = new List<WebSocketClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await rig.ConnectAsync());
        }

        await Eventually.Is(() => GatewayRig.Connections(rig.Nodes[0]) == 0 && rig.Gateway.Calls.Count(x => x.Method == "DELETE") == 3);

        // One call for the first frame, one to close: no more.
        rig.Gateway.Calls.Count.ShouldBe(6);
        rig.Gateway.Calls.ShouldAllBe(x => x.Status == 403);
        rig.Nodes[0].Logs.Lines.Count(x => x.Contains("API Gateway refuses calls of @connections with 403", StringComparison.Ordinal)).ShouldBe(1);
        rig.Nodes[0].Logs.Lines.ShouldAllBe(x => !x.Contains("not the key", StringComparison.Ordinal));
        clients.ForEach(x => x.Dispose());
    }

    [Fact]
    public async Task A_call_with_another_region_or_none_of_a_signature_is_refused_by_the_stand_in()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: ("ApiGateway:Region", "eu-west-1"));
        using var client = await rig.ConnectAsync();
        using var http = new HttpClient();

        await Eventually.Is(() => rig.Gateway.Calls.Any(x => x.Status == 403));
        using var unsigned = await http.PostAsync(new Uri($"{rig.Gateway.Endpoint}/@connections/{Uri.EscapeDataString(rig.Gateway.Connections.Single())}"), new StringContent("{}"), Cancelled);
        unsigned.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Nobody_but_API_Gateway_may_call_the_integrations()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: ("ApiGateway:PreviousSecret", "the one before this one"));
        using var http = new HttpClient { BaseAddress = rig.Nodes[0].Http };
        foreach (var route in new[] { "connect", "default", "disconnect" })
        {
            (await CallAsync(http, route, secret: null)).ShouldBe(HttpStatusCode.Forbidden);
            (await CallAsync(http, route, "another secret of this machine")).ShouldBe(HttpStatusCode.Forbidden);
        }

        (await CallAsync(http, "disconnect", "the one before this one")).ShouldBe(HttpStatusCode.OK);
        (await CallAsync(http, "default", "the one before this one")).ShouldBe(HttpStatusCode.Gone);
        (await CallAsync(http, "disconnect", "the one before this one", connectionId: null)).ShouldBe(HttpStatusCode.BadRequest);
        (await CallAsync(http, "connect", "the one before this one", query: "?sessionId=a%20b")).ShouldBe(HttpStatusCode.BadRequest);
        GatewayRig.Connections(rig.Nodes[0]).ShouldBe(0);
    }

    [Fact]
    public async Task A_page_of_another_origin_may_not_connect()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, settings: ("Cors:AllowedOrigins:0", "https://chat.example.com"));

        await Should.ThrowAsync<WebSocketException>(() => rig.ConnectAsync(configure: x => x.SetRequestHeader("Origin", "https://evil.example.com")));
        using var allowed = await rig.ConnectAsync(configure: x => x.SetRequestHeader("Origin", "https://chat.example.com"));

        await allowed.ReadStatusAsync("connected");
    }

    [Fact]
    public async Task A_long_text_comes_in_parts_that_fit_and_no_part_ends_within_an_emoji()
    {
        await using var rig = await GatewayRig.StartAsync(standIns);
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var job = rig.Job();
        var text = string.Concat(Enumerable.Range(0, 9_000).Select(x => $"{x} \"👩‍🚀🇵🇹\"\n"));

        await job.BeginAsync();
        await job.WriteAsync(text);
        await job.EndAsync(text);

        var frames = new List<JsonElement>();
        do
        {
            frames.Add(await client.ReadAsync());
        }
        while (frames[^1].GetProperty("event").GetString() != MessageCompleted.Name || frames[^1].GetProperty("part").GetInt32() < frames[^1].GetProperty("parts").GetInt32());

        foreach (var name in new[] { MessageDelta.Name, MessageCompleted.Name })
        {
            var parts = frames.Where(x => x.GetProperty("event").GetString() == name).ToList();
            parts.Count.ShouldBeGreaterThan(5);
            parts.Select(x => x.GetProperty("part").GetInt32()).ShouldBe(Enumerable.Range(1, parts.Count));
            parts.ShouldAllBe(x => x.GetProperty("parts").GetInt32() == parts.Count);
            parts.Select(x => x.GetProperty("seq").GetInt64()).Distinct().ShouldHaveSingleItem();
            string.Concat(parts.Select(x => x.GetProperty("content").GetString())).ShouldBe(text);
            parts.Select(x => x.GetProperty("content").GetString()!).ShouldAllBe(x => !x.EndsWith('\u200d') && !x.StartsWith('\u200d'));
        }

        rig.Gateway.Calls.Max(x => x.Bytes).ShouldBeInRange(30_000, 32_000);
        rig.Gateway.Calls.ShouldAllBe(x => x.Status == 200 || x.Status == 410);
    }

    [Fact]
    public async Task A_throttled_call_is_made_again_after_the_time_it_is_told_and_the_order_stays()
    {
        await using var rig = await GatewayRig.StartAsync(standIns);
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var calls = 0;
        rig.Gateway.Fault = _ => (++calls % 5) switch
        {
            1 => new GatewayFault(429),
            2 => new GatewayFault(503),
            3 when calls < 5 => new GatewayFault(429, RetryAfter: 1),
            _ => null,
        };
        var job = rig.Job();

        await job.AnswerAsync(Pieces);

        (await client.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(await job.AllAsync());
        rig.Gateway.Calls.Count(x => x.Status == 429).ShouldBeGreaterThan(1);
        rig.Gateway.Calls.Count(x => x.Status == 503).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_closed_and_resumes()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 0);
        await rig.AddNodeAsync(slowReaderTimeout: TimeSpan.FromSeconds(1));
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var slow = rig.Gateway.Connections.Single();
        rig.Gateway.Fault = connectionId => connectionId == slow && rig.Gateway.Calls.Count(x => x.Status == 429) < 3 ? new GatewayFault(429, RetryAfter: 60) : null;
        var job = rig.Job();

        await job.AnswerAsync(3);

        // The call was told to come again in a minute, so what follows is to close.
        await Eventually.Is(() => rig.Gateway.Calls.Any(x => x.Status == 429), "a call was refused");
        rig.Gateway.Fault = null;
        (await client.ReadCloseAsync()).Status.ShouldBe((int)WebSocketCloseStatus.NormalClosure);
        using var again = await rig.ConnectAsync();
        await again.ReadStatusAsync("connected");
        await again.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}","lastSeq":0}""");
        (await again.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(await job.AllAsync());
    }

    [Fact]
    public async Task An_idle_connection_is_closed_by_the_stand_in_as_by_API_Gateway()
    {
        await using var rig = await GatewayRig.StartAsync(standIns, nodes: 1, new ApiGatewayStandInOptions { IdleTimeout = TimeSpan.FromSeconds(1) });
        using var client = await rig.ConnectAsync();
        await client.ReadStatusAsync("connected");

        (await client.ReadCloseAsync()).Status.ShouldBe((int)WebSocketCloseStatus.EndpointUnavailable);
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Cancelled);
        await Eventually.Is(() => GatewayRig.Connections(rig.Nodes[0]) == 0);
    }

    private static async Task<HttpStatusCode> CallAsync(HttpClient http, string route, string? secret, string? connectionId = "a-connection=", string query = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/apigateway/{route}{query}", UriKind.Relative)) { Content = new StringContent("""{"action":"ping"}""") };
        if (secret is not null)
        {
            request.Headers.Add("X-CloudIa-Gateway-Secret", secret);
        }

        if (connectionId is not null)
        {
            request.Headers.Add("X-CloudIa-Connection-Id", connectionId);
        }

        using var response = await http.SendAsync(request, Cancelled);
        return response.StatusCode;
    }
}
