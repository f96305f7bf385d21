using System.ComponentModel.DataAnnotations;

namespace CloudIa.ServiceDefaults.Jobs;

/// <summary>
/// How long a job and its steps may take: configuration section <c>Jobs</c>, the same for all services, because what one of them waits for is what
/// another one still tries.
/// </summary>
public sealed class JobOptions : IValidatableObject
{
    public const string Section = "Jobs";

    /// <summary>
    /// How long a model may take to answer, with all tries, before its command is sent again. A run that gives signs of life is left alone.
    /// Default 20 min, 1 s to 12 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan InvokingDeadline { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>How long storing an answer or telling the client may take, with all tries, before the command is sent again. Default 10 min, 1 s to 12 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan StepDeadline { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How often a job that waits for its turn looks for itself whether the one before has ended; usually that one tells it. Default 15 s, 1 s to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan TurnCheck { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long an attempt may wait for its turn, and again how long for its answer, before it expires. Default 1 h, 1 s to 12 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// By how much of itself a redelivery's delay is varied, up or down, so that what failed together does not come back together. Default 0.2, 0 to 0.5.
    /// </summary>
    [Range(0, 0.5)]
    public double RedeliveryJitter { get; set; } = 0.2;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (InvokingDeadline > Lifetime)
            yield return Disagree(nameof(InvokingDeadline), InvokingDeadline, nameof(Lifetime), Lifetime);

        if (TurnCheck > Lifetime)
            yield return Disagree(nameof(TurnCheck), TurnCheck, nameof(Lifetime), Lifetime);
    }

    private static ValidationResult Disagree(string setting, TimeSpan value, string other, TimeSpan bound) => new(
        $"Jobs:{setting} is {value}, longer than Jobs:{other} with {bound}: the job would expire before anything was tried again. Shorten the first or lengthen the second.");
}
