using Microsoft.Extensions.Options;

namespace CloudIa.Webhooks.Sending;

/// <summary>When a delivery that failed is tried again.</summary>
internal sealed class RetryTimes(IOptions<WebhookOptions> options, Random random)
{
    /// <param name="tries">How many were made.</param>
    /// <param name="retryAfter">What the receiver asked for: followed up to a bound, and never sooner than the schedule says.</param>
    /// <returns>How long from now; null: it is given up.</returns>
    public TimeSpan? Next(int tries, TimeSpan? retryAfter)
    {
        var value = options.Value;
        if (tries > value.Schedule.Count)
            return null;

        var wait = value.Schedule[tries - 1];
        if (retryAfter is { } asked)
            wait = TimeSpan.FromTicks(Math.Max(wait.Ticks, Math.Min(asked.Ticks, value.LongestRetryAfter.Ticks)));

#pragma warning disable CA5394 // Nothing is kept secret by it.
        return wait * (1 + (value.RetryJitter * random.NextDouble()));
#pragma warning restore CA5394
    }
}
