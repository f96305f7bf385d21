using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class WebSocketTests : IAsyncLifetime
{
    private NotifierHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await NotifierHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_first_frame_names_connection_and_session_and_a_session_can_be_taken_up_again()
    {
        using var client = await _host.ConnectAsync();
        var connected = await client.ReadStatusAsync("connected");
        var session = connected.GetProperty("sessionId").GetString();
        connected.GetProperty("connectionId").GetString().ShouldNotBeNullOrEmpty();
        session.ShouldNotBeNullOrEmpty();

        using var again = await _host.ConnectAsync(query: $"sessionId={session}");

        var reconnected = await again.ReadStatusAsync("connected");
        reconnected.GetProperty("sessionId").GetString().ShouldBe(session);
        reconnected.GetProperty("connectionId").GetString().ShouldNotBe(connected.GetProperty("connectionId").GetString());
        (await _host.Registry.GetAsync("ana", CancellationToken.None)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Each_event_is_one_frame_of_the_same_JSON_as_everywhere()
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var job = _host.Job();
        job.Accept();
        job.Write("Olá, 世界 🌍 \"quoted\" \\ \n </script>");
        job.Complete("Olá, 世界 🌍");

        foreach (var expected in _host.Log.All(job.JobId))
        {
            (await client.ReadTextAsync()).ShouldBe(ClientEventJson.Serialize(expected));
        }
    }

    [Fact]
    public async Task All_devices_of_a_user_see_the_same_and_another_user_nothing()
    {
        using var phone = await _host.ConnectAsync();
        using var laptop = await _host.ConnectAsync();
        using var stranger = await _host.ConnectAsync("bob");
        await phone.ReadStatusAsync("connected");
        await laptop.ReadStatusAsync("connected");
        await stranger.ReadStatusAsync("connected");
        var job = _host.Job();
        var other = _host.Job("bob");

        job.Answer(pieces: 3);
        other.Answer(pieces: 1);

        (await phone.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(job.JobId));
        (await laptop.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(job.JobId));
        (await stranger.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(other.JobId));
    }

    [Fact]
    public async Task A_client_that_lost_its_connection_anywhere_gets_the_rest_while_the_answer_goes_on()
    {
        const int Events = 13;
        for (var cut = 1; cut < Events; cut++)
        {
            var job = _host.Job();
            var writing = Task.Run(
                async () =>
                {
                    foreach (var step in job.Steps(Events - 3))
                    {
                        step();
                        await Task.Yield();
                    }
                },
                TestContext.Current.CancellationToken);
            List<ClientEvent> seen;
            using (var first = await _host.ConnectAsync())
            {
                await first.ReadStatusAsync("connected");
                await first.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}"}""");
                seen = await first.ReadEventsAsync(x => x.Seq == cut);
            }

            using var second = await _host.ConnectAsync();
            await second.ReadStatusAsync("connected");
            await second.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}","lastSeq":{{cut}}}""");
            seen.AddRange((await second.ReadEventsAsync(x => x.EndsAttempt())).Where(x => x.Seq > cut));
            await writing;

            seen.ShouldBe(_host.Log.All(job.JobId), $"cut {cut}");
        }
    }

    [Fact]
    public async Task Another_users_job_is_not_found()
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var job = _host.Job("bob");
        job.Answer(pieces: 2);

        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}","lastSeq":0}""");

        var error = await client.ReadStatusAsync("error");
        error.GetProperty("message").GetString()!.ShouldContain("not found");
        error.GetProperty("jobId").GetGuid().ShouldBe(job.JobId);
        await client.SendAsync("""{"action":"ping"}""");
        await client.ReadStatusAsync("pong");
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "action")]
    [InlineData("""{"action":1}""", "action")]
    [InlineData("""{"action":"dance"}""", "action")]
    [InlineData("""{"action":"ping","at":1}""", "ping")]
    [InlineData("""{"action":"ping","action":"ping"}""", "JSON")]
    [InlineData("""{"action":"subscribe"}""", "jobId")]
    [InlineData("""{"action":"subscribe","jobId":"7"}""", "jobId")]
    [InlineData("""{"action":"subscribe","jobId":"0197a2b4-0000-7000-8000-000000000000","chatId":"0197a2b4-0000-7000-8000-000000000000"}""", "Exactly one")]
    [InlineData("""{"action":"subscribe","scope":"all"}""", "scope")]
    [InlineData("""{"action":"subscribe","scope":"user","lastSeq":3}""", "lastSeq")]
    [InlineData("""{"action":"unsubscribe","jobId":"0197a2b4-0000-7000-8000-000000000000","lastSeq":1}""", "unsubscribe")]
    [InlineData("""{"action":"ack","jobId":"0197a2b4-0000-7000-8000-000000000000"}""", "seq")]
    [InlineData("""{"action":"ack","jobId":"0197a2b4-0000-7000-8000-000000000000","seq":0}""", "seq")]
    [InlineData("""{"action":"subscribe","jobId":"0197a2b4-0000-7000-8000-000000000000","lastSeq":-1}""", "lastSeq")]
    [InlineData("""{"action":"subscribe","jobId":"0197a2b4-0000-7000-8000-000000000000","lastSeq":"1"}""", "lastSeq")]
    [InlineData("""{"action":"subscribe","jobId":"0197a2b4-0000-7000-8000-000000000000","lastseq":1}""", "lastSeq")]
    public async Task A_wrong_frame_is_answered_with_what_is_wrong_and_the_connection_stays(string frame, string names)
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");

        await client.SendAsync(frame);

        (await client.ReadStatusAsync("error")).GetProperty("message").GetString()!.ShouldContain(names);
        await client.SendAsync("""{"action":"ping"}""");
        await client.ReadStatusAsync("pong");
    }

    [Fact]
    public async Task A_frame_of_32_KiB_is_read_and_a_larger_one_closes_with_1009()
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");
        await client.SendAsync(new string(' ', (32 * 1024) - 17) + """{"action":"ping"}""");
        await client.ReadStatusAsync("pong");

        await client.SendAsync(new string(' ', (32 * 1024) - 16) + """{"action":"ping"}""");

        (await client.ReadCloseAsync()).Status.ShouldBe(1009);
    }

    [Fact]
    public async Task A_binary_frame_closes_with_1003()
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");

        await client.SendAsync([1, 2, 3], WebSocketMessageType.Binary);

        (await client.ReadCloseAsync()).Status.ShouldBe(1003);
    }

    [Fact]
    public async Task A_client_that_closes_is_answered_and_forgotten()
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");

        await client.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestContext.Current.CancellationToken);

        client.Socket.State.ShouldBe(WebSocketState.Closed);
        await Eventually.Is(() => _host.Registry.Connections.IsEmpty && _host.Log.Subscriptions == 0);
    }

    [Fact]
    public async Task A_client_that_breaks_off_is_forgotten()
    {
        var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");

        client.Socket.Abort();
        client.Dispose();

        await Eventually.Is(() => _host.Registry.Connections.IsEmpty && _host.Log.Subscriptions == 0);
    }

    [Fact]
    public async Task When_the_server_stops_clients_are_told_to_come_back()
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");

        var stopping = _host.StopAsync();

        (await client.ReadCloseAsync()).ShouldBe((1001, "server is restarting: reconnect and resume"));
        await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        await stopping.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_is_not_a_WebSocket_request_is_told_how_to_connect()
    {
        using var http = new HttpClient { BaseAddress = _host.Http };

        using var answer = await http.GetAsync(new Uri("/ws", UriKind.Relative), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("detail").GetString()!.ShouldContain("wscat");
    }

    [Fact]
    public async Task Where_Redis_is_away_nobody_is_connected_to_silence()
    {
        _host.Log.IsDown = true;

        (await Should.ThrowAsync<WebSocketException>(() => _host.ConnectAsync())).Message.ShouldContain("503");
    }

    [Theory]
    [InlineData("sessionId=")]
    [InlineData("sessionId=a%20b")]
    [InlineData("sessionId=caf%C3%A9")]
    [InlineData("sessionId=a&sessionId=b")]
    public async Task A_session_that_is_not_valid_is_refused(string query)
    {
        var refused = await Should.ThrowAsync<WebSocketException>(() => _host.ConnectAsync(query: query));

        refused.Message.ShouldContain("400");
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("self", true)]
    [InlineData("https://chat.example.com", true)]
    [InlineData("https://evil.example.com", false)]
    [InlineData("null", false)]
    public async Task Only_pages_of_this_host_and_of_allowed_origins_may_listen(string? origin, bool allowed)
    {
        await using var host = await NotifierHost.StartAsync(("Cors:AllowedOrigins:0", "https://chat.example.com"));
        Task<WebSocketClient> Connect() => host.ConnectAsync(configure: options =>
        {
            if (origin is not null)
            {
                options.SetRequestHeader("Origin", origin == "self" ? host.Http.GetLeftPart(UriPartial.Authority) : origin);
            }
        });

        if (allowed)
        {
            using var client = await Connect();
            await client.ReadStatusAsync("connected");
        }
        else
        {
            (await Should.ThrowAsync<WebSocketException>(Connect)).Message.ShouldContain("403");
        }
    }

    [Fact]
    public async Task A_reader_that_stops_reading_is_dropped_and_others_go_on()
    {
        await using var host = await NotifierHost.StartAsync(("Listening:SlowReaderTimeout", "00:00:02"), ("CloseTimeout", "00:00:20"));
        using var slow = await host.ConnectAsync();
        using var quick = await host.ConnectAsync();
        await slow.ReadStatusAsync("connected");
        await quick.ReadStatusAsync("connected");
        var job = host.Job();

        // More than the sockets' buffers on both sides hold.
        job.Accept();
        for (var i = 0; i < 300; i++)
        {
            job.Write(new string('x', 100_000));
        }

        job.Complete("done");

        (await quick.ReadEventsAsync(x => x.EndsAttempt())).Count.ShouldBe(302);
        await Eventually.Is(() => host.Logs.Lines.Any(x => x.Contains("took nothing", StringComparison.Ordinal)));
        (await slow.ReadCloseAsync()).ShouldBe((1013, "slow reader: reconnect and resume"));
        await slow.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        await Eventually.Is(() => host.Log.Subscriptions == 1);
    }

    [Fact]
    public async Task A_reader_that_never_reads_again_is_cut()
    {
        await using var host = await NotifierHost.StartAsync(("Listening:SlowReaderTimeout", "00:00:00.300"), ("CloseTimeout", "00:00:00.300"));
        using var slow = await host.ConnectAsync();
        await slow.ReadStatusAsync("connected");
        var job = host.Job();
        job.Accept();
        for (var i = 0; i < 300; i++)
        {
            job.Write(new string('x', 100_000));
        }

        await Eventually.Is(() => host.Log.Subscriptions == 0 && host.Registry.Connections.IsEmpty);
    }

    [Fact]
    public async Task No_content_reaches_the_log()
    {
        using var client = await _host.ConnectAsync();
        await client.ReadStatusAsync("connected");
        var job = _host.Job();
        job.Write("a-secret");
        await client.SendAsync("""{"action":"b-secret"}""");
        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}"}""");
        job.Complete("a-secret");
        await client.ReadEventsAsync(x => x.EndsAttempt());

        _host.Logs.Lines.ShouldNotBeEmpty();
        _host.Logs.Lines.ShouldAllBe(x => !x.Contains("-secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_is_renewed_in_the_registry_and_a_registry_that_is_down_ends_no_connection()
    {
        await using var host = await NotifierHost.StartAsync(("HeartbeatInterval", "00:00:01"), ("ConnectionTimeToLive", "00:00:03"));
        host.Registry.IsDown = true;
        using var client = await host.ConnectAsync();
        await client.ReadStatusAsync("connected");
        host.Registry.Connections.ShouldBeEmpty();

        host.Registry.IsDown = false;

        await Eventually.Is(() => !host.Registry.Connections.IsEmpty);
        var (connection, timeToLive) = host.Registry.Connections.Single();
        connection.Wire.ShouldBe("websocket");
        timeToLive.ShouldBe(TimeSpan.FromSeconds(3));
    }
}
