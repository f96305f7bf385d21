using CloudIa.ServiceDefaults.Messaging.Rings;
using MassTransit.RetryPolicies;
using MassTransit.RetryPolicies.ExceptionFilters;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

public sealed class JitterTests
{
    private static readonly TimeSpan[] Delays = RingExtensions.Doubling(TimeSpan.FromSeconds(2), 10);

    [Fact]
    public void Delays_double_and_stop_at_what_SQS_can() =>
        Delays.Select(x => x.TotalSeconds).ShouldBe([2, 4, 8, 16, 32, 64, 128, 256, 512, 900]);

    [Fact]
    public void Each_message_has_delays_of_its_own_around_the_policys()
    {
        var policy = Policy(jitter: 0.2);
        var series = Enumerable.Range(0, 200).Select(_ => DelaysOf(policy)).ToList();

        foreach (var delays in series)
        {
            delays.Count.ShouldBe(Delays.Length);
            for (var i = 0; i < delays.Count; i++)
                delays[i].ShouldBeInRange(Delays[i] * 0.8, i == 9 ? RingExtensions.LongestDelay : Delays[i] * 1.2);
        }

        for (var i = 0; i < 9; i++)
        {
            series.Select(x => x[i]).Distinct().Count().ShouldBeGreaterThan(100);
            series.Average(x => x[i] / Delays[i]).ShouldBeInRange(0.95, 1.05);
        }
    }

    [Fact]
    public void Without_jitter_the_delays_are_the_policys() => DelaysOf(Policy(jitter: 0)).ShouldBe(Delays);

    [Fact]
    public void What_the_policy_does_not_handle_is_not_tried_again()
    {
        var context = Policy(0.2).CreatePolicyContext(new Context());

        context.CanRetry(new InvalidOperationException(), out _).ShouldBeFalse();
        context.CanRetry(new IOException(), out _).ShouldBeTrue();
    }

    private static JitteredRetryPolicy Policy(double jitter) => new(
        new IntervalRetryPolicy(new IgnoreExceptionFilter(typeof(InvalidOperationException)), Delays), jitter, RingExtensions.LongestDelay);

    /// <summary>As MassTransit's redelivery asks for them: once more for each redelivery that was.</summary>
    private static List<TimeSpan> DelaysOf(JitteredRetryPolicy policy)
    {
        var failure = new IOException();
        List<TimeSpan> delays = [];
        using var context = policy.CreatePolicyContext(new Context());
        var can = context.CanRetry(failure, out var retry);
        while (can)
        {
            delays.Add(retry.Delay!.Value);
            can = retry.CanRetry(failure, out retry);
        }

        return delays;
    }

    private sealed class Context : MassTransit.Middleware.BasePipeContext;
}
