namespace CloudIa.Bench.Jobs;

/// <summary>Event of step 4, published for the saga.</summary>
public sealed record Step4Done(Guid JobId, string Text);
