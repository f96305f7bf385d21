using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class WebhookMarksOnGarnetTests(StandInsFixture standIns) : WebhookMarksTests(standIns, RedisKind.Garnet);

public sealed class WebhookMarksOnRedisTests(StandInsFixture standIns) : WebhookMarksTests(standIns, RedisKind.Redis);

public abstract class WebhookMarksTests(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    [Fact]
    public async Task Each_change_gives_a_user_another_mark_that_goes_away_by_itself()
    {
        var marks = new RedisWebhookMarks(Redis, Options.Create(new EventLogOptions { KeyPrefix = Prefix }), TimeProvider.System);

        (await marks.GetAsync("ana", Token)).ShouldBeNull();
        await marks.ChangeAsync("ana", Token);
        var first = (await marks.GetAsync("ana", Token)).ShouldNotBeNull();
        await marks.ChangeAsync("ana", Token);

        (await marks.GetAsync("ana", Token)).ShouldNotBe(first);
        (await marks.GetAsync("bob", Token)).ShouldBeNull();
        (await Database.KeyTimeToLiveAsync(new EventLogKeys(Prefix).WebhookMark("ana"))).ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromHours(2));
    }
}
