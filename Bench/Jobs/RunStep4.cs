namespace CloudIa.Bench.Jobs;

/// <summary>Command of step 4, sent to its consumer's queue.</summary>
public sealed record RunStep4(Guid JobId, string Text);
