namespace CloudIa.Faults.Proxies;

/// <summary>A fault for some operations.</summary>
/// <param name="Operation">Which.</param>
/// <param name="Fault">What.</param>
/// <param name="Probability">How often, 0–1.</param>
internal sealed record Rule(OperationPattern Operation, Fault Fault, double Probability = 1)
{
    /// <summary>Of delays, and of messages that come later: the shortest.</summary>
    public TimeSpan Least { get; init; } = TimeSpan.Zero;

    /// <summary>The longest.</summary>
    public TimeSpan Most { get; init; } = TimeSpan.FromSeconds(1);
}
