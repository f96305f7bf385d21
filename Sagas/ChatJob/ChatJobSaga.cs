using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>What the coordinator knows of one job: ids, times and small facts, never text of the conversation.</summary>
public sealed class ChatJobSaga : SagaStateMachineInstance, ISagaVersion
{
    /// <summary>The job's id.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>The repository's compare-and-set counts with it.</summary>
    public int Version { get; set; }

    public string CurrentState { get; set; } = "";

    public string UserId { get; set; } = "";

    public Guid ChatId { get; set; }

    public string? SessionId { get; set; }

    /// <summary>What the client asked for, then what answered.</summary>
    public string? Model { get; set; }

    /// <summary>From 1; events of another attempt are old.</summary>
    public int Attempt { get; set; }

    public DateTimeOffset AcceptedAt { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the user's turn was recorded; null until then.</summary>
    public DateTimeOffset? MessageReceivedAt { get; set; }

    /// <summary>When the model's answer was whole; null until then.</summary>
    public DateTimeOffset? LlmCompletedAt { get; set; }

    public DateTimeOffset? PersistedAt { get; set; }

    /// <summary>When a final state was reached; null until then.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public TokenUsage? Usage { get; set; }

    /// <summary>A code of <see cref="JobFailures"/>; null unless failed.</summary>
    public string? FailureCode { get; set; }

    /// <summary>True where the answer is stored, but its last event could not be announced.</summary>
    public bool Undelivered { get; set; }
}
