using CloudIa.Sagas.Leases;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas.Sweeping;

/// <summary>In a Redis of its own: there is one sweeper.</summary>
public sealed class SweepLeaseTests(StandInsFixture standIns)
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_at_a_time_sweeps_and_another_when_it_is_gone()
    {
        await using var own = new OwnStandIns(standIns);
        await using var redis = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync((await own.GarnetAsync()).ConnectionString);
        var leases = Enumerable.Range(0, 8).Select(_ => new SweepLease(redis)).ToArray();

        var taken = await Task.WhenAll(leases.Select(x => x.TakeAsync(Long, Token)));
        taken.Count(x => x).ShouldBe(1);
        var holder = leases[Array.IndexOf(taken, true)];
        (await holder.TakeAsync(Long, Token)).ShouldBeTrue("it goes on");

        var other = leases.First(x => x != holder);
        await other.ReleaseAsync();
        (await other.TakeAsync(Long, Token)).ShouldBeFalse("only the holder gives it back");
        await holder.ReleaseAsync();
        (await other.TakeAsync(TimeSpan.FromMilliseconds(50), Token)).ShouldBeTrue();
        await Eventually.Is(() => holder.TakeAsync(Long, Token), "the lease of a process that died ends");
    }
}
