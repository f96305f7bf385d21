using System.Text.Json.Serialization;
using CloudIa.Api.Chats;
using CloudIa.Contracts;

namespace CloudIa.Api.Jobs;

/// <summary>A job as its owner sees it.</summary>
public sealed record JobStatus
{
    public required Guid JobId { get; init; }

    public required Guid ChatId { get; init; }

    /// <summary>Of the user's message.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>
    /// <c>accepted</c>, <c>waiting</c> (for its turn in the chat), <c>invoking</c>, <c>persisting</c>, <c>notifying</c>; and at the end <c>completed</c>,
    /// <c>failed</c>, <c>cancelled</c> or <c>expired</c>.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>From 1; 0 while the job has not begun.</summary>
    public required int Attempt { get; init; }

    /// <summary>The model that answered, or that was asked for; null where that is the default.</summary>
    public required string? Model { get; init; }

    public required JobTimings Timings { get; init; }

    /// <summary>Null until the model has answered.</summary>
    public required TokenUsage? Usage { get; init; }

    /// <summary>Left out until the job has ended, and where the model has no price here: then <see cref="CostUnknown"/> says so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobCost? Cost { get; init; }

    /// <summary>Why there is no cost, where tokens were used: <c>no_price</c>. Else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CostUnknown { get; init; }

    /// <summary>Null unless failed or expired.</summary>
    public required JobFailure? Error { get; init; }

    /// <summary>About when the model is asked again, where no provider can answer just now (see <c>job_delayed</c>). Left out otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? NextTryAt { get; init; }

    /// <summary>What the model said, in the answer to a request with <c>Prefer: wait</c> that saw the job completed; else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MessageView? Answer { get; init; }

    /// <summary>Who was told of the end. Left out until then.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JobDelivery? Delivery { get; init; }

    public required JobLinks Links { get; init; }

    /// <summary>Where in the chat the answer belongs.</summary>
    [JsonIgnore]
    internal long AnswerPlace { get; init; }
}

/// <summary>When what happened. Null: not yet, or not known any more (a day after the end only acceptance and end are).</summary>
public sealed record JobTimings
{
    public required DateTimeOffset AcceptedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? MessageReceivedAt { get; init; }

    public DateTimeOffset? LlmCompletedAt { get; init; }

    public DateTimeOffset? PersistedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
