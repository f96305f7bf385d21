using MassTransit;

namespace CloudIa.Processor.Configuration;

/// <summary>The outer two rings, where an empty list of delays means that there is none.</summary>
internal static class RingExtensions
{
    /// <summary>Redelivery through SQS with a delay. Call it before <see cref="Retry"/>: what comes first is outermost.</summary>
    public static void Redeliver(this IReceiveEndpointConfigurator endpoint, TimeSpan[] delays, Action<IExceptionConfigurator> which) =>
        endpoint.UseDelayedRedelivery(redelivery => Configure(redelivery, delays, which));

    /// <summary>Retry in memory.</summary>
    public static void Retry(this IReceiveEndpointConfigurator endpoint, TimeSpan[] delays, Action<IExceptionConfigurator> which) =>
        endpoint.UseMessageRetry(retry => Configure(retry, delays, which));

    private static void Configure(IRetryConfigurator ring, TimeSpan[] delays, Action<IExceptionConfigurator> which)
    {
        which(ring);
        if (delays.Length == 0)
        {
            ring.None();
        }
        else
        {
            ring.Intervals(delays);
        }
    }
}
