using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using CloudIa.Contracts.Client;
using CloudIa.Notifier;
using CloudIa.Notifier.SignalR;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using MassTransit;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class SignalRTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private NotifierHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await NotifierHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_first_call_names_connection_and_session()
    {
        await using var hub = _host.Hub(query: "sessionId=my-session");
        var connected = new TaskCompletionSource<ConnectedNotice>();
        hub.On<ConnectedNotice>("Connected", connected.SetResult);

        await hub.StartAsync(Cancelled);

        var notice = await connected.Task.WaitAsync(Patience, Cancelled);
        notice.ShouldBe(new ConnectedNotice(hub.ConnectionId!, "my-session"));
        (await _host.Registry.GetAsync("ana", Cancelled)).ShouldHaveSingleItem().Wire.ShouldBe("signalr");
    }

    [Fact]
    public async Task Events_over_SignalR_are_the_same_JSON_as_everywhere()
    {
        await using var hub = _host.Hub();
        var events = Events(hub);
        await ConnectAsync(hub);
        var job = _host.Job();
        job.Accept();
        job.Start();
        job.Write("Olá, 世界 🌍 \"quoted\" \\ \n </script>");
        job.Fail();
        job.Complete("Olá, 世界 🌍");

        foreach (var expected in _host.Log.All(job.JobId))
        {
            (await ReadAsync(events)).GetRawText().ShouldBe(ClientEventJson.Serialize(expected));
        }
    }

    [Fact]
    public async Task Subscribe_sends_the_rest_and_a_job_of_another_user_is_not_found()
    {
        await using var hub = _host.Hub();
        var events = Events(hub);
        await ConnectAsync(hub);
        var mine = _host.Job();
        var foreign = _host.Job("bob");
        _host.Log.Lost = _ => true;
        mine.Answer(pieces: 3);
        foreign.Answer(pieces: 3);

        await hub.InvokeAsync("Subscribe", mine.JobId, 4L, Cancelled);

        (await ReadAsync(events)).GetProperty("seq").GetInt64().ShouldBe(5);
        (await ReadAsync(events)).GetProperty("event").GetString().ShouldBe("message_completed");
        (await Should.ThrowAsync<HubException>(() => hub.InvokeAsync("Subscribe", foreign.JobId, 0L, Cancelled))).Message.ShouldContain("not found");
        (await Should.ThrowAsync<HubException>(() => hub.InvokeAsync("Subscribe", mine.JobId, -1L, Cancelled))).Message.ShouldContain("lastSeq");
    }

    [Fact]
    public async Task A_job_can_be_streamed_until_its_end()
    {
        await using var hub = _host.Hub();
        await ConnectAsync(hub);
        var job = _host.Job();
        using var steps = job.Steps(5).GetEnumerator();
        steps.MoveNext();
        steps.Current();
        steps.MoveNext();
        steps.Current();

        var read = new List<ClientEvent>();
        await foreach (var value in hub.StreamAsync<JsonElement>("StreamJob", job.JobId, 1L, Cancelled))
        {
            read.Add(ClientEventJson.Deserialize(Encoding.UTF8.GetBytes(value.GetRawText())));
            if (steps.MoveNext())
            {
                steps.Current();
            }
        }

        read.ShouldBe(_host.Log.All(job.JobId).Skip(1));
        await Should.ThrowAsync<HubException>(async () =>
        {
            await foreach (var _ in hub.StreamAsync<JsonElement>("StreamJob", _host.Job("bob").JobId, 0L, Cancelled))
            {
            }
        });
    }

    [Fact]
    public async Task A_client_that_stops_is_forgotten()
    {
        var hub = _host.Hub();
        await ConnectAsync(hub);

        await hub.DisposeAsync();

        await Eventually.Is(() => _host.Registry.Connections.IsEmpty && _host.Log.Subscriptions == 0);
    }

    [Fact]
    public async Task A_reader_that_stops_reading_is_dropped_and_others_go_on()
    {
        await using var host = await NotifierHost.StartAsync(("Listening:SlowReaderTimeout", "00:00:02"));
        await using var quick = host.Hub();
        var events = Events(quick);
        await ConnectAsync(quick);

        // SignalR's own client reads whatever its handlers do; this one speaks its protocol and then reads no more.
        using var slow = await host.ConnectAsync(path: NotifierPaths.Hub);
        await slow.SendAsync("{\"protocol\":\"json\",\"version\":1}\u001e");
        await Eventually.Is(() => host.Log.Subscriptions == 2);
        var job = host.Job();
        for (var i = 0; i < 300; i++)
        {
            job.Write(new string('x', 100_000));
        }

        job.Complete("done");

        while ((await ReadAsync(events)).GetProperty("event").GetString() != "message_completed")
        {
        }

        await Eventually.Is(() => host.Log.Subscriptions == 1 && host.Registry.Connections.Count == 1);
        quick.State.ShouldBe(HubConnectionState.Connected);
    }

    [Fact]
    public async Task A_session_that_is_not_valid_and_a_foreign_origin_are_refused_already_when_negotiating()
    {
        using var http = new HttpClient { BaseAddress = _host.Http };
        using var invalid = await http.PostAsync(new Uri("/hub/negotiate?negotiateVersion=1&sessionId=a%20b", UriKind.Relative), null, Cancelled);
        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/hub/negotiate?negotiateVersion=1") { Headers = { { "Origin", "https://evil.example.com" } } };
        using var refused = await http.SendAsync(foreign, Cancelled);

        invalid.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_page_of_an_allowed_origin_may_negotiate()
    {
        await using var host = await NotifierHost.StartAsync(("Cors:AllowedOrigins:0", "https://chat.example.com"));
        using var http = new HttpClient { BaseAddress = host.Http };
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/hub/negotiate?negotiateVersion=1")
        {
            Headers = { { "Origin", "https://chat.example.com" }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "authorization" } },
        };

        using var answer = await http.SendAsync(preflight, Cancelled);

        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["https://chat.example.com"]);
        answer.Headers.GetValues("Access-Control-Allow-Credentials").ShouldBe(["true"]);
    }

    [Fact]
    public async Task A_hub_client_chooses_what_it_listens_to_and_acknowledges_what_it_got()
    {
        await using var hub = _host.Hub(query: "scope=none&sessionId=mine");
        var events = Events(hub);
        await ConnectAsync(hub);
        var job = _host.LastJob(NewId.NextGuid());
        var other = _host.Job();

        await hub.InvokeAsync("SubscribeChat", job.ChatId, null, Cancelled);
        other.Accept();
        job.Accept();
        (await ReadAsync(events)).GetProperty("jobId").GetGuid().ShouldBe(job.JobId);
        await hub.InvokeAsync("Acknowledge", job.JobId, 1L, Cancelled);
        (await Should.ThrowAsync<HubException>(() => hub.InvokeAsync("Acknowledge", job.JobId, 9L, Cancelled))).Message.ShouldContain("not sent");
        await hub.InvokeAsync("Unsubscribe", job.ChatId, Cancelled);
        job.Start();
        await hub.InvokeAsync("SubscribeUser", Cancelled);
        other.Start();
        (await ReadAsync(events)).GetProperty("jobId").GetGuid().ShouldBe(other.JobId);
        await hub.InvokeAsync("UnsubscribeUser", Cancelled);
        (await Should.ThrowAsync<HubException>(() => hub.InvokeAsync("SubscribeChat", NewId.NextGuid(), null, Cancelled))).Message.ShouldContain("not found");

        await Eventually.Is(() => _host.Acknowledgements.Saves > 0);
        await using var again = _host.Hub(query: "scope=none&sessionId=mine");
        var rest = Events(again);
        await ConnectAsync(again);
        (await ReadAsync(rest)).GetProperty("seq").GetInt64().ShouldBe(2);
    }

    private static async Task ConnectAsync(HubConnection hub)
    {
        var connected = new TaskCompletionSource();
        hub.On<ConnectedNotice>("Connected", _ => connected.SetResult());
        await hub.StartAsync(Cancelled);
        await connected.Task.WaitAsync(Patience, Cancelled);
    }

    private static ChannelReader<JsonElement> Events(HubConnection hub)
    {
        var events = Channel.CreateUnbounded<JsonElement>();
        hub.On<JsonElement>("OnEvent", x => events.Writer.TryWrite(x.Clone()));
        return events.Reader;
    }

    private static async Task<JsonElement> ReadAsync(ChannelReader<JsonElement> events) =>
        await events.ReadAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
}
