using System.ComponentModel.DataAnnotations;
using CloudIa.ServiceDefaults.Messaging.Rings;

namespace CloudIa.Notifier.Configuration;

/// <summary>What of Notifier can be set: section <c>Notifier</c>.</summary>
public sealed class NotifierOptions : IValidatableObject
{
    public const string Section = "Notifier";

    /// <summary>How often an idle connection is pinged. Default 15 s, 1 s to 5 min; below the idle timeout of any proxy in between.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a ping may stay unanswered before the connection counts as dead. Default 20 s, 1 s to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a connection is renewed in the registry. Default 20 s, 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>When a connection that is not renewed is forgotten. Default 60 s, 2 s to 1 h; at least two heartbeats.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan ConnectionTimeToLive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a WebSocket's closing handshake may take before the connection is cut. Default 5 s, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long after connecting an answer that is already under way is held back, so that a client that reconnects can say first
    /// from which number on it wants it. Default 500 ms, 0 to 10 s. New answers are not held back.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ResumeGrace { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often NotifyClient is sent back to its queue: after 2 s, 4 s, 8 s … Default 7 (about 4 min together), 0 to 9.</summary>
    [Range(0, 9)]
    public int Redeliveries { get; set; } = 7;

    /// <summary>2 s, 4 s, 8 s …; the range of <see cref="Redeliveries"/> keeps the last within SQS's 15 minutes.</summary>
    public TimeSpan[] RedeliveryDelays => RingExtensions.Doubling(TimeSpan.FromSeconds(2), Redeliveries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ConnectionTimeToLive < 2 * HeartbeatInterval)
        {
            yield return new ValidationResult(
                $"Notifier:ConnectionTimeToLive is {ConnectionTimeToLive}, less than two of Notifier:HeartbeatInterval ({HeartbeatInterval}): " +
                "one late heartbeat would make a live connection look gone. Raise the former or lower the latter.");
        }
    }
}
