namespace CloudIa.Bench.Jobs;

/// <summary>Command of step 1, sent to its consumer's queue.</summary>
public sealed record RunStep1(Guid JobId, string Text);
