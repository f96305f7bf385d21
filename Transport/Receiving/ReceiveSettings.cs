using CloudIa.Transport.Topology;
using MassTransit.Configuration;

namespace CloudIa.Transport.Receiving;

/// <summary>A receive endpoint's queue and how it is emptied.</summary>
internal sealed class ReceiveSettings(IEndpointConfiguration endpoint, string name) : QueueSettings(name)
{
    // A killed process leaves its queue behind: nobody reads it, so it shall not hoard.
    private static readonly TimeSpan TemporaryRetention = TimeSpan.FromHours(1);

    public int PrefetchCount => endpoint.Transport.PrefetchCount;

    public int ConcurrentMessageLimit => endpoint.Transport.GetConcurrentMessageLimit();

    public int WaitTimeSeconds { get; set; } = AwsLimits.WaitSeconds;

    public bool PurgeOnStartup { get; set; }

    public bool KeepOrder { get; set; } = true;

    public int ConcurrentDeliveryLimit { get; set; } = 1;

    public TimeSpan RedeliverVisibilityTimeout { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxVisibilityTimeout { get; set; } = AwsLimits.Visibility;

    /// <summary>Null: the queue's own timeout.</summary>
    public TimeSpan? RenewalStep { get; set; }

    /// <summary>Null: a poll waits for nothing.</summary>
    public Func<CancellationToken, Task>? BeforePoll { get; set; }

    public override Dictionary<string, string> AttributeStrings()
    {
        var attributes = base.AttributeStrings();
        if (IsTemporary)
            attributes.TryAdd("MessageRetentionPeriod", Strings.From(TemporaryRetention));
        return attributes;
    }
}
