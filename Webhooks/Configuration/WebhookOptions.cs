using System.ComponentModel.DataAnnotations;

namespace CloudIa.Webhooks;

/// <summary>How webhooks are called: section <c>Webhooks</c>, of Api (which sends the test event) and Notifier.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    public const string Section = "Webhooks";

    private const int MostTries = 50;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    private static readonly TimeSpan[] DefaultSchedule =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
    ];

    /// <summary>How long a receiver may take to answer, from the first byte to its status. Default 15 s, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long after each failed try the next one comes; after the last of them it is given up. Each 0 to 7 days, at most 50.
    /// None: 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5 h, 10 h, nine tries in 18 to 21 hours.
    /// </summary>
    public IList<TimeSpan> RetrySchedule { get; } = [];

    /// <summary>By how much of itself a wait is made longer at random, so that what failed together does not come back together. Default 0.2, 0 to 1.</summary>
    [Range(0, 1.0)]
    public double RetryJitter { get; set; } = 0.2;

    /// <summary>A receiver's <c>Retry-After</c> is followed up to this. Default 1 day, 0 to 7 days. It never brings a try forward.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan LongestRetryAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// A webhook is disabled when a delivery is given up and every try, of whichever delivery, has failed for this long. Default 5 days, 1 s to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);

    /// <summary>For how long requests are signed with a secret that was replaced, too. Default 24 h, 0 to 30 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan ReplacedSecretLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Bytes of UTF-8. A longer answer is not in the body, which then has its length; the links lead to it. Default 65,536, 0 (never) to 300,000.</summary>
    [Range(0, 300_000)]
    public int MaxContentBytes { get; set; } = 64 * 1024;

    /// <summary>Requests at once in each Notifier. Default 64, 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int Concurrency { get; set; } = 64;

    /// <summary>
    /// How long Notifier knows a user's webhooks without asking DynamoDB. Default 5 min, 0 to 1 h. A change is known at once, by Redis; only where Redis
    /// loses what it was told is it known this much later.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan CacheFor { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether <c>http:</c> will do. Default: in Development only, and elsewhere refused.</summary>
    public bool? AllowHttp { get; set; }

    /// <summary>Whether loopback, private and link-local addresses may be called. Default: in Development only, and elsewhere refused.</summary>
    public bool? AllowPrivateAddresses { get; set; }

    /// <summary>The schedule that counts.</summary>
    internal IReadOnlyList<TimeSpan> Schedule => RetrySchedule.Count > 0 ? [.. RetrySchedule] : DefaultSchedule;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (RetrySchedule.Count > MostTries)
            yield return new ValidationResult($"Webhooks:RetrySchedule has {RetrySchedule.Count} waits; {MostTries} are allowed.");

        foreach (var wait in RetrySchedule.Where(x => x < TimeSpan.Zero || x > LongestWait))
            yield return new ValidationResult($"Webhooks:RetrySchedule has {wait}, not from 00:00:00 to {LongestWait}.");
    }
}
