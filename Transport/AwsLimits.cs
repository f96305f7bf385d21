namespace CloudIa.Transport;

/// <summary>Every limit of SQS and SNS that the transport has to respect, once.</summary>
internal static class AwsLimits
{
    /// <summary>Entries of one batch call, SQS and SNS alike; also the most messages of one receive.</summary>
    public const int BatchEntries = 10;

    /// <summary>Bytes of an SQS message or batch: bodies and attributes together (1 MiB since August 2025).</summary>
    public const int SqsPayloadBytes = 1024 * 1024;

    /// <summary>Bytes of an SNS message or batch: bodies and attributes together.</summary>
    public const int SnsPayloadBytes = 256 * 1024;

    /// <summary>Message attributes that SQS takes. SNS drops a raw message with more, without an error.</summary>
    public const int MessageAttributes = 10;

    /// <summary>Messages of one queue that are received and not deleted. Over it, a long poll brings nothing, without an error.</summary>
    public const int InFlight = 120_000;

    /// <summary>Bytes of a queue's policy.</summary>
    public const int PolicyBytes = 8192;

    /// <summary>Characters of a message attribute's name.</summary>
    public const int AttributeNameLength = 256;

    public const int QueueNameLength = 80;

    public const int TopicNameLength = 256;

    /// <summary>Seconds of one long poll.</summary>
    public const int WaitSeconds = 20;

    /// <summary>The longest DelaySeconds of a message.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMinutes(15);

    /// <summary>How long a message can stay invisible, counted from its receipt, however often that is renewed.</summary>
    public static readonly TimeSpan Visibility = TimeSpan.FromHours(12);

    /// <summary>The visibility timeout of a queue that says nothing else.</summary>
    public static readonly TimeSpan DefaultVisibility = TimeSpan.FromSeconds(30);

    public const string FifoSuffix = ".fifo";

    public static bool IsFifo(string name) => name.EndsWith(FifoSuffix, StringComparison.OrdinalIgnoreCase);
}
