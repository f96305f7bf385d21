using MassTransit;
using MassTransit.RetryPolicies;

namespace CloudIa.ServiceDefaults.Messaging.Rings;

/// <summary>The outer two rings against failure: redelivery through SQS, and inside it retry in memory.</summary>
public static class RingExtensions
{
    /// <summary>SQS delays a message by at most this long.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    /// <summary>Doubling from <paramref name="first"/> on, so often, each at most <see cref="LongestDelay"/>.</summary>
    public static TimeSpan[] Doubling(TimeSpan first, int count) =>
        [.. Enumerable.Range(0, count).Select(n => first * Math.Pow(2, n)).Select(delay => delay < LongestDelay ? delay : LongestDelay)];

    /// <summary>Redelivery through SQS with a delay. Call it before <see cref="Retry"/>: what comes first is outermost.</summary>
    /// <param name="delays">None: no redelivery.</param>
    /// <param name="jitter">See <see cref="Jobs.JobOptions.RedeliveryJitter"/>.</param>
    /// <param name="which">For which exceptions; null for all.</param>
    public static void Redeliver(this IReceiveEndpointConfigurator endpoint, TimeSpan[] delays, double jitter, Action<IExceptionConfigurator>? which = null) =>
        endpoint.UseDelayedRedelivery(ring => Configure(ring, delays, which, policy => new JitteredRetryPolicy(policy, jitter, LongestDelay)));

    /// <summary>Retry in memory.</summary>
    /// <param name="delays">None: no retry.</param>
    /// <param name="which">For which exceptions; null for all.</param>
    public static void Retry(this IReceiveEndpointConfigurator endpoint, TimeSpan[] delays, Action<IExceptionConfigurator>? which = null) =>
        endpoint.UseMessageRetry(ring => Configure(ring, delays, which, policy => policy));

    private static void Configure(IRetryConfigurator ring, TimeSpan[] delays, Action<IExceptionConfigurator>? which, Func<IRetryPolicy, IRetryPolicy> around)
    {
        which?.Invoke(ring);
        if (delays.Length == 0)
            ring.None();
        else
            ring.SetRetryPolicy(filter => around(new IntervalRetryPolicy(filter, delays)));
    }
}
