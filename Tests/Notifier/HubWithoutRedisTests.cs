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

namespace CloudIa.Tests.Notifier;

public sealed class HubWithoutRedisTests
{
    [Fact]
    public async Task A_client_that_comes_while_redis_is_away_tries_again_by_itself()
    {
        var token = TestContext.Current.CancellationToken;
        var log = new FakeEventLog();
        var feed = new FeedThatFails(log, well: 1, badly: 2);
        await using var host = await NotifierHost.StartOverAsync(services => services.AddSingleton<IEventFeed>(feed).AddSingleton<IEventLog>(log));
        await using var relay = new CuttingRelay(host.Http, "job_accepted");
        await using var client = new HubConnectionBuilder()
            .WithUrl(new Uri(relay.Address, NotifierPaths.Hub), x => x.Headers["X-Dev-User"] = "ana")
            .WithAutomaticReconnect([.. Enumerable.Repeat(TimeSpan.FromMilliseconds(20), 20)])
            .Build();
        var (first, again) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        client.On<ConnectedNotice>(nameof(IListenClient.Connected), _ =>
        {
            if (!first.TrySetResult())
                again.TrySetResult();
        });
        client.Closed += exception =>
        {
            again.TrySetException(exception ?? new InvalidOperationException("It was told not to come again."));
            return Task.CompletedTask;
        };

        await client.StartAsync(token);
        await first.Task.WaitAsync(token);

        // Here the relay cuts.
        new ChatJob(log, "ana").Accept();

        await again.Task.WaitAsync(token);
        feed.Asked.ShouldBe(4);
    }

    /// <summary>Does well so often, then fails so often, then does well again.</summary>
    private sealed class FeedThatFails(IEventFeed feed, int well, int badly) : IEventFeed
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public Task<IAsyncDisposable> SubscribeAsync(string userId, Action<ClientEvent> onEvent, Action onReconnected, CancellationToken cancellationToken)
        {
            var number = Interlocked.Increment(ref _asked);
            return number > well && number <= well + badly
                ? Task.FromException<IAsyncDisposable>(new TimeoutException("Redis does not answer."))
                : feed.SubscribeAsync(userId, onEvent, onReconnected, cancellationToken);
        }
    }
}
