using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Notifier;

/// <summary>The WebSocket over the real log and feed: what the fakes promise, Redis must keep.</summary>
public sealed class RedisListeningTests(StandInsFixture standIns) : IAsyncLifetime
{
    private const int Pieces = 10;

    private NotifierHost _host = null!;
    private ConnectionMultiplexer _redis = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync(await standIns.GarnetConnectionString());
        _host = await NotifierHost.StartOverAsync(services =>
        {
            services.AddSingleton<IConnectionMultiplexer>(_redis);
            services.AddEventLog(x => x.KeyPrefix = standIns.UniqueName() + ":");
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_loses_its_connection_at_any_event_gets_the_rest_while_the_answer_goes_on()
    {
        var log = _host.Services.GetRequiredService<IEventLog>();
        for (var cut = 1; cut < Pieces + 2; cut++)
        {
            var job = _host.Job();
            var writing = WriteAsync(log, job);
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

            seen.Select(x => x.Seq).ShouldBe(Enumerable.Range(1, Pieces + 3).Select(x => (long)x));
            seen.ShouldBe(await log.ReadAsync(job.JobId, 0, 100, Cancelled));
        }
    }

    private static async Task WriteAsync(IEventLog log, ChatJob job)
    {
        await log.AcceptAsync(job.UserId, job.Accepted(), Cancelled);
        var begun = await log.BeginRunAsync(job.UserId, job.Started(), TimeSpan.FromMinutes(1), Cancelled);
        for (var i = 0; i < Pieces; i++)
        {
            (await log.AppendAsync(begun.Run!, job.Delta($"{i},"), Cancelled)).ShouldBeTrue();
        }

        await log.EndAsync(job.UserId, job.Completed("done"), Cancelled);
    }
}
