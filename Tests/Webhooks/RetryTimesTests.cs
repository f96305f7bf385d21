using CloudIa.Webhooks.Sending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Webhooks;

public sealed class RetryTimesTests
{
    [Fact]
    public async Task Nine_tries_are_made_within_a_day_at_growing_intervals()
    {
        await using var services = WebhookRig.Services(Environments.Production, ("RetryJitter", "0"));
        var times = services.GetRequiredService<RetryTimes>();

        var waits = Enumerable.Range(1, 8).Select(x => times.Next(x, null).ShouldNotBeNull()).ToArray();

        waits[0].ShouldBe(TimeSpan.FromSeconds(5));
        waits.ShouldBe(waits.Order());
        waits.Aggregate((a, b) => a + b).ShouldBe(new TimeSpan(17, 42, 35));
        times.Next(9, null).ShouldBeNull();
        times.Next(9, TimeSpan.FromSeconds(1)).ShouldBeNull("asking for another one does not make one");
    }

    [Fact]
    public async Task Jitter_makes_a_wait_longer_and_never_shorter()
    {
        await using var services = WebhookRig.Services(Environments.Production, ("RetryJitter", "0.5"), ("RetrySchedule:0", "00:01:00"));
        var times = services.GetRequiredService<RetryTimes>();

        var waits = Enumerable.Range(0, 200).Select(_ => times.Next(1, null)!.Value).ToList();

        waits.ShouldAllBe(x => x >= TimeSpan.FromSeconds(60) && x <= TimeSpan.FromSeconds(90));
        waits.Distinct().Count().ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData(1, 60)]
    [InlineData(600, 600)]
    [InlineData(100_000, 3_600)]
    public async Task What_the_receiver_asks_for_is_followed_up_to_a_bound_and_never_sooner(int asked, int expected)
    {
        await using var services = WebhookRig.Services(
            Environments.Production, ("RetryJitter", "0"), ("RetrySchedule:0", "00:01:00"), ("LongestRetryAfter", "01:00:00"));

        services.GetRequiredService<RetryTimes>().Next(1, TimeSpan.FromSeconds(asked)).ShouldBe(TimeSpan.FromSeconds(expected));
    }
}
