using System.ComponentModel.DataAnnotations;

namespace CloudIa.EventLog;

/// <summary>How the numbered events of jobs are kept in Redis. Section <c>EventLog</c>.</summary>
public sealed class EventLogOptions
{
    public const string Section = "EventLog";

    /// <summary>
    /// What every key and channel begins with, so that several installations can share one Redis. All of one installation must
    /// have the same. Default <c>cloudia:</c>. No braces: they would put all keys into one slot of a cluster.
    /// </summary>
    [Required]
    [RegularExpression("[^{}]+", ErrorMessage = "EventLog:KeyPrefix must not hold braces: they would put all keys into one slot of a Redis cluster.")]
    public string KeyPrefix { get; set; } = "cloudia:";

    /// <summary>
    /// How long a log and its kept answer remain after the end of an attempt, for listeners that come late. Default 1 h, from 1 s to
    /// 30 days. After that the outcome is known from the job's row alone.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan RetentionAfterEnd { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a log without an end remains, counted from its acceptance or the beginning of its last run: what is left behind by
    /// a job that never ended goes away by itself. Default 24 h, from 1 s to 30 days. Must be longer than a job can last.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan RetentionWhileLive { get; set; } = TimeSpan.FromHours(24);
}
