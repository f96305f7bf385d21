using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using NSubstitute;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class RedisEventFeedGateTests
{
    [Fact]
    public async Task Who_waits_for_redis_keeps_no_other_user_waiting()
    {
        var (unanswered, redis) = (new TaskCompletionSource(), Substitute.For<IConnectionMultiplexer>());
        var subscriber = Substitute.For<ISubscriber>();
        redis.GetSubscriber().Returns(subscriber);
        subscriber.SubscribeAsync(default, Arg.Any<Action<RedisChannel, RedisValue>>()).ReturnsForAnyArgs(unanswered.Task);
        await using var feed = new RedisEventFeed(redis, Options.Create(new EventLogOptions()), NullLogger<RedisEventFeed>.Instance);

        var waiting = Enumerable.Range(0, 300).Select(n => feed.SubscribeAsync($"user-{n}", _ => { }, () => { }, TestContext.Current.CancellationToken)).ToList();

        subscriber.ReceivedCalls().Count().ShouldBe(waiting.Count);
        unanswered.SetResult();
        await Task.WhenAll(waiting);
    }
}
