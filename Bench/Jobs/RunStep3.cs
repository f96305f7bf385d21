namespace CloudIa.Bench.Jobs;

/// <summary>Command of step 3, sent to its consumer's queue.</summary>
public sealed record RunStep3(Guid JobId, string Text);
