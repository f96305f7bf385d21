namespace CloudIa.Bench.Jobs;

/// <summary>Command of step 2, sent to its consumer's queue.</summary>
public sealed record RunStep2(Guid JobId, string Text);
