using System.ComponentModel.DataAnnotations;

namespace CloudIa.Sagas.Sweeping;

/// <summary>How often the sweeper looks for jobs that are stuck: configuration section <c>Sweeper</c>.</summary>
public sealed class SweeperOptions : IValidatableObject
{
    public const string Section = "Sweeper";

    /// <summary>What a job may be late beyond its deadline.</summary>
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(30);

    /// <summary>How often deadlines are looked at. Default 2 s, 100 ms to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one process sweeps alone without a sign of life; then another one takes over. Default 10 s, 1 s to 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often rows of open jobs are looked at that have no saga, or not the one they should have. Default 15 s, 100 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RowInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How old the acceptance or retry of a job must be before it is missed. Longer than a submission takes that still waits for SQS. Default 1 min, 1 s to 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RowGrace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many overdue jobs are sent again in one go. Default 200, 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int Batch { get; set; } = 200;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Interval + Lease > MostLate)
        {
            yield return new ValidationResult(
                $"Sweeper:Interval ({Interval}) and Sweeper:Lease ({Lease}) together are longer than the {MostLate} that a job may be late. Shorten one of them.");
        }
    }
}
