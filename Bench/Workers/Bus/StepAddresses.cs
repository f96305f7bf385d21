namespace CloudIa.Bench.Workers.Bus;

/// <summary>Where the commands go.</summary>
/// <param name="Prefix">Of the queues' names.</param>
public sealed record StepAddresses(string Prefix)
{
    public Uri Of(int step) => new($"queue:{Prefix}{step}");
}
