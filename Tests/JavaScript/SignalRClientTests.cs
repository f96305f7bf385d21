using System.Text;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Notifier;
using CloudIa.Notifier.SignalR;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.JavaScript;

/// <summary>The hub with its published clients, over connections that break in mid-answer and over a restart of the server.</summary>
public sealed class SignalRClientTests : IAsyncLifetime
{
    private NotifierHost _host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await NotifierHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_JavaScript_client_reconnects_by_itself_and_resumes_what_is_pushed_to_it()
    {
        var job = _host.Job();
        await using var relay = new CuttingRelay(_host.Http, "\"seq\":4", "\"seq\":7");

        var script = RunAsync(relay, job, "push");
        await AnswerAsync(job, relay);

        await ShouldBeWholeAsync(script, job, reconnects: 2);
    }

    [Fact]
    public async Task The_JavaScript_client_streams_one_job_again_from_where_its_stream_broke()
    {
        var job = _host.Job();
        await using var relay = new CuttingRelay(_host.Http, "\"seq\":4", "\"seq\":7");

        var script = RunAsync(relay, job, "stream");
        await AnswerAsync(job, relay);

        await ShouldBeWholeAsync(script, job, reconnects: 2);
    }

    [Fact]
    public async Task The_JavaScript_client_comes_back_after_the_server_was_restarted()
    {
        var job = _host.Job();
        await using var relay = new CuttingRelay(_host.Http);
        var script = RunAsync(relay, job, "push");
        Write(job, 0, 5);
        await Eventually.Is(() => relay.Answered.Contains("\"seq\":5", StringComparison.Ordinal));

        await using var next = await NotifierHost.StartOverAsync(services =>
        {
            services.AddSingleton<IEventLog>(_host.Log);
            services.AddSingleton<IEventFeed>(_host.Log);
        });
        next.Jobs.Put(job.Record);
        relay.Target = next.Http;
        await _host.StopAsync();
        Write(job, 5, 13);

        await ShouldBeWholeAsync(script, job, reconnects: 1);
    }

    [Fact]
    public async Task The_NET_client_reconnects_by_itself_and_resumes_what_is_pushed_to_it()
    {
        var job = _host.Job();
        await using var relay = new CuttingRelay(_host.Http, "\"seq\":4", "\"seq\":7");
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(relay.Address, NotifierPaths.Hub), x => x.Headers["X-Dev-User"] = "ana")
            .WithAutomaticReconnect([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(50), 100)])
            .Build();
        var got = new List<ClientEvent>();
        var ended = new TaskCompletionSource();
        var connected = new TaskCompletionSource();
        hub.On<ConnectedNotice>(nameof(IListenClient.Connected), _ => connected.TrySetResult());
        hub.On<JsonElement>(nameof(IListenClient.OnEvent), json =>
        {
            var value = ClientEventJson.Deserialize(Encoding.UTF8.GetBytes(json.GetRawText()));
            got.Add(value);
            if (value is MessageCompleted)
            {
                ended.SetResult();
            }
        });
        var reconnects = 0;
        hub.Reconnected += async _ =>
        {
            reconnects++;
            await hub.InvokeAsync("Subscribe", job.JobId, got.Count == 0 ? 0L : got[^1].Seq);
        };

        await hub.StartAsync(Cancelled);

        // The start returns with the handshake; from this call on nothing is missed.
        await connected.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        await AnswerAsync(job, relay);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);

        got.ShouldBe(_host.Log.All(job.JobId));
        reconnects.ShouldBe(2);
    }

    private static Task<string> RunAsync(CuttingRelay relay, ChatJob job, string how) => NodePackage.JavaScript.RunScriptAsync(
        """
        import { HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
        const [url, jobId, how] = process.argv.slice(1);
        const events = [];
        let reconnects = 0;
        const hub = new HubConnectionBuilder().withUrl(`${url}/hub?devUser=ana`).withAutomaticReconnect(Array(100).fill(50)).configureLogging(LogLevel.None).build();
        const over = new Promise((resolve, reject) => {
          const take = e => { events.push(e); if (e.event === 'message_completed') resolve(); };
          const last = () => events.at(-1)?.seq ?? 0;
          const go = async () => {
            if (how === 'push') await hub.invoke('Subscribe', jobId, last());
            else hub.stream('StreamJob', jobId, last()).subscribe({ next: take, complete: () => {}, error: () => {} });
          };
          hub.on('Connected', () => {});
          hub.on('OnEvent', e => { if (how === 'push') take(e); });
          // One that breaks while it asks reconnects, and asks again.
          hub.onreconnected(() => { reconnects++; go().catch(() => {}); });
          hub.onclose(error => reject(error ?? new Error('closed')));
          hub.start().then(go).catch(error => { if (hub.state === 'Disconnected') reject(error); });
        });
        await over;
        await hub.stop();
        console.log(JSON.stringify({ reconnects, events }));
        """,
        relay.Address.ToString().TrimEnd('/'), job.JobId.ToString(), how);

    /// <summary>An answer of 13 events, of which those after a cut are written when it has happened.</summary>
    private static async Task AnswerAsync(ChatJob job, CuttingRelay relay)
    {
        Write(job, 0, 4);
        await Eventually.Is(() => relay.Cuts == 1);
        Write(job, 4, 7);
        await Eventually.Is(() => relay.Cuts == 2);
        Write(job, 7, 13);
    }

    private static void Write(ChatJob job, int from, int to)
    {
        foreach (var step in job.Steps(10).Take(to).Skip(from))
        {
            step();
        }
    }

    private async Task ShouldBeWholeAsync(Task<string> script, ChatJob job, int reconnects)
    {
        var printed = JsonDocument.Parse(await script).RootElement;
        printed.GetProperty("events").EnumerateArray().Select(x => x.GetRawText()).ShouldBe(_host.Log.All(job.JobId).Select(ClientEventJson.Serialize));
        printed.GetProperty("reconnects").GetInt32().ShouldBe(reconnects);
    }
}
