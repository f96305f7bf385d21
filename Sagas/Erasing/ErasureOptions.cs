using System.ComponentModel.DataAnnotations;

namespace CloudIa.Sagas.Erasing;

/// <summary>How users' data is erased: configuration section <c>Erasure</c>.</summary>
public sealed class ErasureOptions
{
    public const string Section = "Erasure";

    /// <summary>How often is looked for what is to be erased. Default 5 s, 100 ms to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long nothing more must have been found before an erasure is completed. Longer than a request or a step takes that had begun before it. Default
    /// 2 min, 100 ms to 1 day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one process erases alone without a sign of life; then another one takes over. Default 30 s, 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
}
