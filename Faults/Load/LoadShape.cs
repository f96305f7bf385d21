namespace CloudIa.Faults.Load;

/// <summary>What users do, and how often; probabilities 0–1.</summary>
internal sealed record LoadShape
{
    /// <summary>Users at once, each with one request at a time.</summary>
    public int Users { get; init; } = 12;

    /// <summary>A message begins a new chat.</summary>
    public double NewChat { get; init; } = 0.25;

    /// <summary>The user goes on in the chat without waiting for the answer.</summary>
    public double Impatient { get; init; } = 0.4;

    /// <summary>A POST that was accepted is sent once more.</summary>
    public double Repeat { get; init; } = 0.15;

    public double Cancel { get; init; } = 0.06;

    public double Regenerate { get; init; } = 0.06;

    public double Edit { get; init; } = 0.06;

    /// <summary>A job that ended without an answer is tried again.</summary>
    public double Retry { get; init; } = 0.7;

    /// <summary>A listener's connection is closed by its client, each second.</summary>
    public double Reconnect { get; init; } = 0.15;

    /// <summary>How long a user looks after one job before going on.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(6);
}
