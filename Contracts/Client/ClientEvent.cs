using System.Text.Json.Serialization;

namespace CloudIa.Contracts.Client;

/// <summary>One numbered event of a job, as every listener gets it: a JSON object whose <c>event</c> says which it is.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(JobAccepted), JobAccepted.Name)]
[JsonDerivedType(typeof(JobStarted), JobStarted.Name)]
[JsonDerivedType(typeof(JobDelayed), JobDelayed.Name)]
[JsonDerivedType(typeof(MessageDelta), MessageDelta.Name)]
[JsonDerivedType(typeof(MessageReset), MessageReset.Name)]
[JsonDerivedType(typeof(MessageCompleted), MessageCompleted.Name)]
[JsonDerivedType(typeof(JobError), JobError.Name)]
[JsonDerivedType(typeof(JobCancelled), JobCancelled.Name)]
public abstract record ClientEvent
{
    public required Guid JobId { get; init; }

    public required Guid ChatId { get; init; }

    /// <summary>From 1, without a gap, over all attempts of a job. Its place in the log, so 0 (and left out) until it is read from there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Seq { get; init; }

    /// <summary>From 1; a retry is a new attempt.</summary>
    public required int Attempt { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}

/// <summary>The job is durable.</summary>
public sealed record JobAccepted : ClientEvent
{
    public const string Name = "job_accepted";
}

/// <summary>A model is being asked.</summary>
public sealed record JobStarted : ClientEvent
{
    public const string Name = "job_started";
}

/// <summary>No provider of the model can answer just now: the job waits, and is tried again by itself.</summary>
public sealed record JobDelayed : ClientEvent
{
    public const string Name = "job_delayed";

    /// <summary>About when the next try begins.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>A code of <see cref="JobDelays"/>, for programs.</summary>
    public required string Reason { get; init; }
}

/// <summary>A piece of the answer. All pieces since the last <see cref="MessageReset"/> joined are the stored text.</summary>
public sealed record MessageDelta : ClientEvent
{
    public const string Name = "message_delta";

    /// <summary>UTF-16 text that never ends in half a surrogate pair.</summary>
    public required string Content { get; init; }
}

/// <summary>What was streamed so far is void: the answer begins anew.</summary>
public sealed record MessageReset : ClientEvent
{
    public const string Name = "message_reset";
}

/// <summary>The whole answer, stored.</summary>
public sealed record MessageCompleted : ClientEvent
{
    public const string Name = "message_completed";

    public required string Content { get; init; }

    public required CompletionMetadata Metadata { get; init; }
}

/// <summary>The attempt failed.</summary>
public sealed record JobError : ClientEvent
{
    public const string Name = "error";

    /// <summary>One sentence for a person.</summary>
    public required string Message { get; init; }

    /// <summary>A code of <see cref="JobFailures"/>, for programs.</summary>
    public required string Details { get; init; }

    public required bool Retryable { get; init; }
}

/// <summary>The attempt was stopped on request. What was said until then is in the history, marked as partial.</summary>
public sealed record JobCancelled : ClientEvent
{
    public const string Name = "job_cancelled";
}
