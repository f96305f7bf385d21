namespace CloudIa.Bench.Jobs;

/// <summary>Event of step 2, published for the saga.</summary>
public sealed record Step2Done(Guid JobId, string Text);
