namespace CloudIa.Bench.Jobs;

/// <summary>Event of step 3, published for the saga.</summary>
public sealed record Step3Done(Guid JobId, string Text);
