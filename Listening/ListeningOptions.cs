using System.ComponentModel.DataAnnotations;

namespace CloudIa.Listening;

/// <summary>How events are read and held for those who listen, in whichever service: section <c>Listening</c>.</summary>
public sealed class ListeningOptions
{
    public const string Section = "Listening";

    /// <summary>Events that wait in memory for one connection. Default 256, 1 to 10,000. What does not fit is read from the log later.</summary>
    [Range(1, 10_000)]
    public int BufferedEvents { get; set; } = 256;

    /// <summary>Characters of content that wait in memory for one connection. Default 262,144 (512 KB), 1,024 to 16,777,216.</summary>
    [Range(1_024, 16_777_216)]
    public int BufferedCharacters { get; set; } = 256 * 1024;

    /// <summary>How long one event may take to be handed to the connection before its reader is dropped. Default 10 s, 100 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan SlowReaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a stream of server-sent events without news gets a sign of life. Default 15 s, 100 ms to 5 min; below the idle timeout of any proxy in between.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan EventStreamHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Events read from the log at once. Default 256, 2 to 10,000.</summary>
    [Range(2, 10_000)]
    public int ReadPage { get; set; } = 256;
}
