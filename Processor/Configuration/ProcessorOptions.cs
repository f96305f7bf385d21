using CloudIa.ServiceDefaults.Messaging.Rings;

namespace CloudIa.Processor.Configuration;

/// <summary>How the consumers work. Section <c>Processor</c>.</summary>
public sealed class ProcessorOptions
{
    public const string Section = "Processor";

    /// <summary>The least time between two deltas: what comes sooner is gathered. Default 25 ms; 0 to 1 s.</summary>
    /// <remarks>Longer means fewer writes to Redis and frames to the listeners. The first word never waits.</remarks>
    public TimeSpan DeltaWindow { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>For how long a run of a model holds its attempt without a sign of life. Default 30 s; 3 s to 10 min.</summary>
    /// <remarks>It is renewed after a third of it. A process that dies blocks its attempts for this long at most.</remarks>
    public TimeSpan RunLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many models this process listens to at once. Default 32; 1 to 1000.</summary>
    public int InvokeConcurrency { get; set; } = 32;

    /// <summary>
    /// How many commands for models this process holds, those that it works on with those that wait for that. <see cref="InvokeConcurrency"/> to 2000.
    /// Null, the default: twice <see cref="InvokeConcurrency"/>.
    /// </summary>
    /// <remarks>Users share the process's places among those that it holds: see docs/limits.md. What it holds no other process can begin.</remarks>
    public int? InvokePrefetch { get; set; }

    /// <summary>How many messages this process records or stores at once, each. Default 16; 1 to 1000.</summary>
    public int StoreConcurrency { get; set; } = 16;

    /// <summary>The delay before the first retry in memory; it doubles. Default 200 ms; 1 ms to 10 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often a message is retried in memory before it is redelivered. Default 2; 0 to 5.</summary>
    public int RetryLimit { get; set; } = 2;

    /// <summary>The delay before the first redelivery; it doubles up to <see cref="RingExtensions.LongestDelay"/>. Default 2 s; 1 ms to 15 min.</summary>
    public TimeSpan RedeliveryDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a message is redelivered before it faults. Default 7: 2, 4, … 128 s, 254 s in all; 0 to 20.</summary>
    public int RedeliveryLimit { get; set; } = 7;

    /// <summary>For how long a second command of an attempt waits for the run that is alive. Default 1 h; 1 s to 12 h.</summary>
    /// <remarks>Longer than any attempt may take: then the attempt has ended when it comes back the last time, and it is dropped.</remarks>
    public TimeSpan BusyPatience { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan[] RetryDelays => RingExtensions.Doubling(RetryDelay, RetryLimit);

    public TimeSpan[] RedeliveryDelays => RingExtensions.Doubling(RedeliveryDelay, RedeliveryLimit);

    /// <summary>Doubling like <see cref="RedeliveryDelays"/>, then every <see cref="RunLease"/>, until <see cref="BusyPatience"/> is over.</summary>
    public TimeSpan[] BusyDelays()
    {
        var delays = new List<TimeSpan>();
        var delay = RedeliveryDelay < RunLease ? RedeliveryDelay : RunLease;
        for (var sum = delay; delays.Count == 0 || sum <= BusyPatience; sum += delay)
        {
            delays.Add(delay);
            delay = delay * 2 < RunLease ? delay * 2 : RunLease;
        }

        return [.. delays];
    }
}
