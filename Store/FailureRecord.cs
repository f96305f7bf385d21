namespace CloudIa.Store;

/// <summary>A message that could not be handled: what was in a queue of dead letters.</summary>
public sealed record FailureRecord
{
    /// <summary>The queue that the message was for, such as <c>invoke-llm</c>.</summary>
    public required string Queue { get; init; }

    /// <summary>How it got there: <see cref="FailureKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The transport's own id where the message has none that can be read.</summary>
    public required string MessageId { get; init; }

    /// <summary>When it was taken out of the queue of dead letters.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Null where the message does not say, or cannot be read.</summary>
    public Guid? JobId { get; init; }

    /// <summary>Likewise.</summary>
    public int? Attempt { get; init; }

    /// <summary>The contract's name, such as <c>InvokeLlm</c>.</summary>
    public string? MessageType { get; init; }

    /// <summary>MassTransit's <c>MT-Fault-Message</c>, or what is known: never content of the conversation.</summary>
    public string? Reason { get; init; }

    /// <summary>For the <c>Content-Type</c> of the message when it is sent again.</summary>
    public string? ContentType { get; init; }

    /// <summary>The type's full name. Null: nothing was thrown, or it was collected by a version before.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>The topmost frame of our own, or the consumer; null as above.</summary>
    public string? Place { get; init; }

    /// <summary>The message as it was.</summary>
    public required string Body { get; init; }

    public FailureState State { get; init; }

    /// <summary>When it was discarded, restored or sent again; null: never, or by a version before.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Opaque, and the same for as long as the row is there.</summary>
    public string Id => FailureId.Of(this);
}

/// <summary>What became of a failure.</summary>
public enum FailureState
{
    /// <summary>Nobody has seen to it.</summary>
    Open,

    /// <summary>Somebody decided that nothing is to come of it.</summary>
    Discarded,

    /// <summary>It was sent to its queue once more. Should it fail there again it is open again.</summary>
    Retried,
}

/// <summary>The queues of dead letters, as their names end.</summary>
public static class FailureKinds
{
    /// <summary>A consumer gave up: MassTransit's <c>_error</c>.</summary>
    public const string Error = "error";

    /// <summary>No consumer wanted it, or it could not be read: MassTransit's <c>_skipped</c>.</summary>
    public const string Skipped = "skipped";

    /// <summary>It was received too often without an end, so it killed its process, or hung: SQS's own redrive.</summary>
    public const string Dead = "dead";

    public static IReadOnlyList<string> All { get; } = [Error, Skipped, Dead];
}
