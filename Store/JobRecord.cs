using CloudIa.Contracts;

namespace CloudIa.Store;

/// <summary>An accepted job.</summary>
public sealed record JobRecord
{
    public required Guid JobId { get; init; }

    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    /// <summary>The turn's place in its chat, from 1, in the order of acceptance.</summary>
    public required long Turn { get; init; }

    /// <summary>SHA-256, in hex, of what the body asked for: tells a repeated request from another one with the same key.</summary>
    public required string BodyHash { get; init; }

    /// <summary>The user's message: at most 32 KiB of UTF-8; 256 KiB where there is a <see cref="Conversation"/>.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the model is shown instead of the chat's history, as <see cref="GivenConversation"/> writes it; null: the history.</summary>
    public string? Conversation { get; init; }

    /// <summary>The chat's system prompt when the job was accepted, so that a retry asks the same; null: there was none.</summary>
    public string? SystemPrompt { get; init; }

    public string? SessionId { get; init; }

    public string? Model { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>Of the request that was accepted: W3C's 32 hexadecimal digits. Null where nothing traced it, and in rows of an older version.</summary>
    public string? TraceId { get; init; }

    /// <summary>The job of the chat that was accepted just before; null: none.</summary>
    public Guid? AfterJobId { get; init; }

    /// <summary>The job whose user message is answered again; null: this job has its own.</summary>
    public Guid? AnswersJobId { get; init; }

    /// <summary>The place of the user message in the chat; null: the turn's own.</summary>
    public long? UserSequence { get; init; }

    /// <summary>The place in the chat that the user message follows; null: the one before it.</summary>
    public long? Parent { get; init; }

    /// <summary>A repeated request has its answer for this row, or is about to: it is not withdrawn any more.</summary>
    public bool IsPromised { get; init; }

    /// <summary>Whether an attempt is under way, or about to begin.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Since when: acceptance, or the last retry. Null where it is not open.</summary>
    public DateTimeOffset? OpenSince { get; init; }

    /// <summary>Its user's words are erased, and whose it was; what is left keeps late messages from bringing anything back. Null: it is whole.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>See <see cref="UserSequence"/>.</summary>
    public long UserPlace => UserSequence ?? MessageSequence.OfUser(Turn);

    /// <summary>See <see cref="Parent"/>.</summary>
    public long ParentPlace => Parent ?? (UserPlace - 1);

    /// <summary>Of the message that is answered.</summary>
    public Guid UserMessageId => DerivedId.OfMessage(AnswersJobId ?? JobId, MessageRoles.User);

    /// <summary>How the last attempt ended; null while there was none.</summary>
    public JobOutcomeRecord? Outcome { get; init; }
}

/// <summary>How an attempt of a job ended.</summary>
public sealed record JobOutcomeRecord
{
    public required JobOutcome Outcome { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>A code of <see cref="JobFailures"/>; null where it completed.</summary>
    public string? FailureCode { get; init; }

    public string? Model { get; init; }

    /// <summary>Whose model answered. Null in rows of a version before failover.</summary>
    public string? Provider { get; init; }

    /// <summary>Of the attempt's answer, also where that could not be stored.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Null: there is no usage, or the model has no price.</summary>
    public JobCost? Cost { get; init; }
}
