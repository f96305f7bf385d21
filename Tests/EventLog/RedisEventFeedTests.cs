using System.Collections.Concurrent;
using CloudIa.Contracts.Client;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class RedisEventFeedOnGarnetTests(StandInsFixture standIns) : RedisEventFeedTests(standIns, RedisKind.Garnet);

public sealed class RedisEventFeedOnRedisTests(StandInsFixture standIns) : RedisEventFeedTests(standIns, RedisKind.Redis);

public abstract class RedisEventFeedTests(StandInsFixture standIns, RedisKind kind) : EventLogTest(standIns, kind)
{
    private const string Other = "joão@example.org";

    [Fact]
    public async Task A_listener_gets_every_event_once_with_its_number()
    {
        var seen = new ConcurrentQueue<ClientEvent>();
        await using var subscription = await SubscribeAsync(User, seen);

        await Log.AcceptAsync(User, Accepted(), Token);
        var run = await BeginAsync();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Log.AppendAsync(run, Delta($"{i} 🦜"), Token)));
        await Log.EndAsync(User, Failed(), Token);

        await Eventually.Is(() => seen.Count == 203, "all events arrived");
        // Two that come within microseconds can change places.
        seen.OrderBy(x => x.Seq).ShouldBe(await ReadAllAsync());
    }

    [Fact]
    public async Task However_many_listen_there_is_one_subscription_and_none_when_they_are_gone()
    {
        var seen = Enumerable.Range(0, 10).Select(_ => new ConcurrentQueue<ClientEvent>()).ToArray();
        var subscriptions = await Task.WhenAll(seen.Select(x => SubscribeAsync(User, x)));
        (await SubscribersAsync(User)).ShouldBe(1);

        await Log.AcceptAsync(User, Accepted(), Token);
        await Eventually.Is(() => seen.All(x => x.Count == 1), "each listener got the event");

        await Task.WhenAll(subscriptions.Select(x => x.DisposeAsync().AsTask()));
        Feed.Channels.ShouldBe(0);
        await Eventually.Is(async () => await SubscribersAsync(User) == 0, "the server has let the subscription go");
    }

    [Fact]
    public async Task A_listener_that_left_hears_nothing_more_and_may_leave_twice()
    {
        ConcurrentQueue<ClientEvent> left = [], stayed = [];
        var leaving = await SubscribeAsync(User, left);
        await using var staying = await SubscribeAsync(User, stayed);

        await leaving.DisposeAsync();
        await leaving.DisposeAsync();
        await Log.AcceptAsync(User, Accepted(), Token);

        await Eventually.Is(() => stayed.Count == 1, "the other got the event");
        left.ShouldBeEmpty();
    }

    [Fact]
    public async Task Listeners_that_come_and_go_at_once_leave_the_subscription_as_it_must_be()
    {
        for (var round = 0; round < 20; round++)
        {
            var seen = new ConcurrentQueue<ClientEvent>();
            var comers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                await using var passing = await SubscribeAsync(User, []);
            }, Token));
            var stays = Task.Run(() => SubscribeAsync(User, seen), Token);
            await Task.WhenAll(comers);
            await using (await stays)
            {
                (await SubscribersAsync(User)).ShouldBe(1);
                await Database.PublishAsync(RedisChannel.Literal(Keys.Channel(User)), $"{round + 1} {ClientEventJson.Serialize(Accepted())}");
                await Eventually.Is(() => seen.Count == 1, "who stayed got the event");
            }

            Feed.Channels.ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_listener_cancelled_while_it_comes_leaves_nothing_behind()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => Feed.SubscribeAsync(User, _ => { }, () => { }, cancelled.Token));

        Feed.Channels.ShouldBe(0);
    }

    [Fact]
    public async Task Two_users_never_see_each_others_events()
    {
        ConcurrentQueue<ClientEvent> mine = [], theirs = [];
        await using var me = await SubscribeAsync(User, mine);
        await using var them = await SubscribeAsync(Other, theirs);

        await Log.AcceptAsync(User, Accepted(), Token);
        await Log.AcceptAsync(Other, Accepted() with { JobId = Accepted().ChatId }, Token);

        await Eventually.Is(() => mine.Count == 1 && theirs.Count == 1, "each got an event");
        mine.ShouldHaveSingleItem().JobId.ShouldBe(JobId);
        theirs.ShouldHaveSingleItem().JobId.ShouldBe(Accepted().ChatId);
    }

    [Theory]
    [InlineData("*", "maria")]
    [InlineData("a", "A")]
    [InlineData("a b", "a\tb")]
    [InlineData("{x}", "x")]
    [InlineData("a:b", "a")]
    [InlineData("é", "e\u0301")]
    [InlineData("🦜", "🦩")]
    public async Task Similar_user_ids_have_different_channels(string one, string another)
    {
        var seen = new ConcurrentQueue<ClientEvent>();
        await using var subscription = await SubscribeAsync(one, seen);

        await Log.AcceptAsync(another, Accepted(), Token);
        await Log.AcceptAsync(one, Accepted() with { JobId = Accepted().ChatId }, Token);

        await Eventually.Is(() => !seen.IsEmpty, "its own event arrived");
        seen.ShouldHaveSingleItem().JobId.ShouldBe(Accepted().ChatId);
    }

    [Fact]
    public void Any_user_id_of_256_characters_makes_a_name_of_the_same_length_without_it()
    {
        // Half a surrogate pair is not text, but two ids that differ only in that are still two.
        string[] ids = ["a", new('x', 256), new('\ud83e', 256), new('\ud83d', 256)];

        ids.Select(Keys.Channel).Distinct().Count().ShouldBe(ids.Length);
        ids.ShouldAllBe(x => Keys.Channel(x).Length == Keys.Channel("a").Length);
        Keys.Channel(User).ShouldNotContain("maria");
    }

    [Fact]
    public async Task A_listener_that_fails_does_not_cost_the_others_their_events()
    {
        var seen = new ConcurrentQueue<ClientEvent>();
        await using var failing = await Feed.SubscribeAsync(User, _ => throw new InvalidOperationException("broken"), () => { }, Token);
        await using var healthy = await SubscribeAsync(User, seen);

        await Log.AcceptAsync(User, Accepted(), Token);
        await Log.EndAsync(User, Failed(), Token);

        await Eventually.Is(() => seen.Count == 2, "the other listener got both");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("7")]
    [InlineData("7 {\"event\":\"of a newer version\"}")]
    [InlineData("7 null")]
    [InlineData("0 {}")]
    public async Task What_cannot_be_read_is_skipped_and_the_feed_goes_on(string message)
    {
        var seen = new ConcurrentQueue<ClientEvent>();
        await using var subscription = await SubscribeAsync(User, seen);

        await Database.PublishAsync(RedisChannel.Literal(Keys.Channel(User)), message);
        await Log.AcceptAsync(User, Accepted(), Token);

        await Eventually.Is(() => !seen.IsEmpty, "the next event arrived");
        seen.ShouldHaveSingleItem().Seq.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_lost_connection_the_listener_is_told_and_finds_what_it_missed_in_the_log()
    {
        var name = $"listener-{JobId:N}";
        await using var connection = await ConnectAsync(name);
        await using var feed = NewFeed(connection);
        var seen = new ConcurrentQueue<ClientEvent>();
        var reconnected = 0;
        await using var subscription = await feed.SubscribeAsync(User, seen.Enqueue, () => Interlocked.Increment(ref reconnected), Token);
        var run = await BeginAsync();
        await Eventually.Is(() => seen.Count == 1, "the first event arrived");

        var before = Volatile.Read(ref reconnected);
        await KillAsync(name);
        await Log.AppendAsync(run, Delta("perhaps missed"), Token);
        await Eventually.Is(() => Volatile.Read(ref reconnected) > before, "the listener was told of the reconnection");

        // Whoever was told reads from the last number on.
        var missed = await Log.ReadAsync(JobId, 1, 100, Token);
        missed.ShouldHaveSingleItem().Seq.ShouldBe(2);

        // Both of the client's connections were killed, and each tells when it is back: what comes after the one of the subscriptions is announced, what comes
        // between the two is read when that one tells.
        var told = 0;
        await Eventually.Is(async () =>
        {
            told = Volatile.Read(ref reconnected);
            await Log.AppendAsync(run, Delta("heard"), Token);
            return seen.Any(x => x.Seq > 2);
        }, "announcements arrive again");
        told.ShouldBeGreaterThan(before);
    }

    private async Task KillAsync(string clientName)
    {
        var ids = (await Server.ClientListAsync()).Where(x => x.Name == clientName).Select(x => x.Id).ToArray();
        ids.ShouldNotBeEmpty();
        foreach (var id in ids)
        {
            await Server.ClientKillAsync(id);
        }
    }

    private Task<IAsyncDisposable> SubscribeAsync(string userId, ConcurrentQueue<ClientEvent> seen) =>
        Feed.SubscribeAsync(userId, seen.Enqueue, () => { }, Token);

    private Task<long> SubscribersAsync(string userId) => Server.SubscriptionSubscriberCountAsync(RedisChannel.Literal(Keys.Channel(userId)));
}
