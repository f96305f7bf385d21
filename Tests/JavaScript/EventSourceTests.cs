using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.JavaScript;

/// <summary>Server-sent events with an EventSource as browsers have it, over a connection that is cut in mid-answer.</summary>
public sealed class EventSourceTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_EventSource_comes_back_by_itself_where_it_was_cut_and_ends_when_nothing_remains()
    {
        var user = standIns.UniqueName("user");
        var log = api.Services.GetRequiredService<IEventLog>();
        var job = new ChatJob(new FakeEventLog(), user);
        (await api.Services.GetRequiredService<IJobStore>().TryAddAsync(job.Record, Cancelled)).ShouldBeTrue();
        using var http = api.Client(user);
        await using var relay = new CuttingRelay(http.BaseAddress!, "id: 4\n", "id: 7\n");
        var script = NodePackage.JavaScript.RunScriptAsync(
            """
            import { EventSource } from 'eventsource';
            const [url] = process.argv.slice(1);
            const events = [], opened = [];
            const source = new EventSource(url);
            source.onopen = () => opened.push(events.length);
            source.onmessage = m => events.push({ id: m.lastEventId, data: m.data });
            source.onerror = e => {
              if (source.readyState !== EventSource.CLOSED) return;
              console.log(JSON.stringify({ status: e.code, opened, events }));
            };
            """,
            $"{relay.Address}chat/jobs/{job.JobId}/events?devUser={user}");

        await log.AcceptAsync(user, job.Accepted(), Cancelled);
        var run = (await log.BeginRunAsync(user, job.Started(), TimeSpan.FromMinutes(1), Cancelled)).Run!;
        await WriteAsync(3, 4);
        await Eventually.Is(() => relay.Cuts == 1);
        await WriteAsync(5, 7);
        await Eventually.Is(() => relay.Cuts == 2);
        await WriteAsync(8, 9);
        await log.EndAsync(user, job.Completed("done"), Cancelled);
        await api.Services.GetRequiredService<IJobStore>().RecordOutcomeAsync(
            job.JobId, new() { Outcome = CloudIa.Contracts.JobOutcome.Completed, Attempt = 1, EndedAt = TimeProvider.System.GetUtcNow() }, Cancelled);

        var printed = JsonDocument.Parse(await script).RootElement;
        var all = await log.ReadAsync(job.JobId, 0, 100, Cancelled);
        printed.GetProperty("events").EnumerateArray().Select(x => x.GetProperty("data").GetString()).ShouldBe(all.Select(ClientEventJson.Serialize));
        printed.GetProperty("events").EnumerateArray().Select(x => x.GetProperty("id").GetString()).ShouldBe(all.Select(x => $"{x.Seq}"));
        printed.GetProperty("opened").EnumerateArray().Select(x => x.GetInt32()).Take(3).ShouldBe([0, 4, 7]);
        printed.GetProperty("status").GetInt32().ShouldBe(204);
        relay.Asked.ShouldContain("Last-Event-ID: 4", Case.Insensitive);
        relay.Asked.ShouldContain("Last-Event-ID: 7", Case.Insensitive);
        relay.Asked.ShouldContain("Last-Event-ID: 10", Case.Insensitive);

        async Task WriteAsync(int from, int to)
        {
            for (var seq = from; seq <= to; seq++)
            {
                (await log.AppendAsync(run, job.Delta($"{seq} 🦜,"), Cancelled)).ShouldBeTrue();
            }
        }
    }
}
