using CloudIa.Contracts;
using MassTransit;

namespace CloudIa.Sagas.ChatJob;

/// <summary>What the coordinator knows of one job: ids, times and small facts, never text of the conversation.</summary>
public sealed class ChatJobSaga : SagaStateMachineInstance, ISagaVersion
{
    private const int FirstSteps = 8;
    private const int LastSteps = 40;

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

    /// <summary>The job of the chat that was accepted just before and had not ended then; null: nothing to wait for.</summary>
    public Guid? AfterJobId { get; set; }

    /// <summary>The job's place in its chat; 0: not known.</summary>
    public long Turn { get; set; }

    public DateTimeOffset AcceptedAt { get; set; }

    /// <summary>When this attempt began.</summary>
    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When the sweeper sends the step again; null in a final state.</summary>
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>When the attempt is given up that still waits for its turn, or for its answer.</summary>
    public DateTimeOffset? ExpiresAt { get; set; }

    /// <summary>How often the step was sent again because its deadline was over.</summary>
    public int Resends { get; set; }

    /// <summary>How often the model was asked again because its answer was lost before it was stored.</summary>
    public int LostAnswers { get; set; }

    /// <summary>When the user's turn was recorded; null until then.</summary>
    public DateTimeOffset? MessageReceivedAt { get; set; }

    /// <summary>When the model's answer was whole; null until then.</summary>
    public DateTimeOffset? LlmCompletedAt { get; set; }

    public DateTimeOffset? PersistedAt { get; set; }

    /// <summary>When a final state was reached; null until then.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    public TokenUsage? Usage { get; set; }

    /// <summary>How the attempt ends, once that is known; while it is null and the answer is being stored, it is to complete.</summary>
    public JobOutcome? Outcome { get; set; }

    /// <summary>A code of <see cref="JobFailures"/>; null unless it ends without an answer.</summary>
    public string? FailureCode { get; set; }

    /// <summary>True where the next attempt was asked for before this one had told its listeners that it ended.</summary>
    public bool RetryRequested { get; set; }

    /// <summary>True where the answer is stored, but its last event could not be announced.</summary>
    public bool Undelivered { get; set; }

    /// <summary>How many connections of its user were told of the attempt's end, at <see cref="EndedAt"/>; null until then, and where it is not known.</summary>
    public int? ToldConnections { get; set; }

    /// <summary>How many of them were of <see cref="SessionId"/>.</summary>
    public int? ToldSessionConnections { get; set; }

    /// <summary>What happened so far, the oldest first: the first few and the last ones. Null in a saga that an older version began.</summary>
    public IList<ChatJobStep>? Steps { get; set; }

    /// <summary>The queues of what is sent by the event that is being handled.</summary>
    internal List<string> Sending { get; } = [];

    internal void AddStep(ChatJobStep step)
    {
        Steps ??= [];
        Steps.Add(step);

        // A job that is swept for days would grow for as long.
        if (Steps.Count > FirstSteps + LastSteps)
            Steps.RemoveAt(FirstSteps);
    }
}
