namespace CloudIa.Bench.Jobs;

/// <summary>Event of step 1, published for the saga.</summary>
public sealed record Step1Done(Guid JobId, string Text);
