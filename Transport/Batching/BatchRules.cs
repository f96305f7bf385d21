namespace CloudIa.Transport.Batching;

internal sealed record BatchRules
{
    public required int MaxBytes { get; init; }

    public int MaxEntries { get; init; } = AwsLimits.BatchEntries;

    /// <summary>Requests at a time; what comes meanwhile makes the next batches fuller.</summary>
    public int MaxInFlight { get; init; } = 10;

    /// <summary>How long a batch that is not full waits for company.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>True: waits even while traffic is sparse, because nobody waits for the outcome.</summary>
    public bool AlwaysLinger { get; init; }

    /// <summary>Above this average of recent batches there is company to wait for.</summary>
    public double BusyAverage { get; init; } = 1.5;

    public static BatchRules Sends { get; } = new() { MaxBytes = AwsLimits.SqsPayloadBytes };

    public static BatchRules Publishes { get; } = new() { MaxBytes = AwsLimits.SnsPayloadBytes };

    /// <summary>One request at a time, so that none overtakes another: a FIFO queue or topic keeps the order of what arrives.</summary>
    public BatchRules InOrder => this with { MaxInFlight = 1 };

    public static BatchRules Deletes { get; } =
        new() { MaxBytes = int.MaxValue, AlwaysLinger = true, Linger = TimeSpan.FromMilliseconds(10) };
}
