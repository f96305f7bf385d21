using System.ComponentModel.DataAnnotations;

namespace CloudIa.Sagas.Operations;

/// <summary>How operators' operations on many things are carried out: configuration section <c>Operations</c>.</summary>
public sealed class OperationOptions : IValidatableObject
{
    public const string Section = "Operations";

    /// <summary>How often is looked for operations to carry out, and the lease renewed. Default 1 s, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long one process does it alone without a sign of life; then another one takes over. Default 10 s, 1 s to 10 min; longer than two intervals.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Lease <= 2 * Interval)
        {
            yield return new ValidationResult(
                $"Operations:Lease is {Lease}, not longer than two of Operations:Interval ({Interval}): it would end before it is renewed. Raise the former or lower the latter.");
        }
    }
}
