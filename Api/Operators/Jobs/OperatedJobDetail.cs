using System.ComponentModel;
using System.Text.Json.Nodes;
using CloudIa.Api.Jobs;
using CloudIa.Store;

namespace CloudIa.Api.Operators.Jobs;

/// <summary>All that is known of one job, but for its user's words.</summary>
public sealed record OperatedJobDetail
{
    public required OperatedJob Job { get; init; }

    public required long Turn { get; init; }

    public required string? SessionId { get; init; }

    [Description("The job before it in its chat, which it waits for; null where there was none.")]
    public required Guid? AfterJobId { get; init; }

    [Description("The saga as it is kept, without its steps; null where it is gone (a day after the end), or is not there yet.")]
    public required JsonObject? Saga { get; init; }

    [Description("What happened, the oldest first: acceptance, each event that changed the saga or made it send, and, where the saga is gone, the end. Of very many, the first few and the last.")]
    public required IReadOnlyList<OperatedJobStep> Timeline { get; init; }

    [Description("Events in the job's log, of all attempts; 0 where the log is gone (an hour after the end).")]
    public required long Frames { get; init; }

    public required IReadOnlyList<OperatedJobDeadLetter> DeadLetters { get; init; }

    [Description("What its webhooks were told.")]
    public required IReadOnlyList<WebhookTold> Webhooks { get; init; }
}

/// <summary>One thing that happened.</summary>
public sealed record OperatedJobStep
{
    public required DateTimeOffset At { get; init; }

    [Description("Milliseconds since the step before; null for the first.")]
    public required double? AfterMilliseconds { get; init; }

    [Description("The state machine's event; 'accepted' for the request, 'ended' where the saga is gone.")]
    public required string Event { get; init; }

    [Description("The state after it.")]
    public required string State { get; init; }

    public required int Attempt { get; init; }

    [Description("Queues of the commands that were sent.")]
    public required IReadOnlyList<string> Sent { get; init; }
}

/// <summary>A message that was given up.</summary>
public sealed record OperatedJobDeadLetter
{
    public required string Queue { get; init; }

    [Description("'error': its consumer gave up; 'skipped': nobody handles it; 'dead': it was received too often.")]
    public required string Kind { get; init; }

    public required string MessageId { get; init; }

    public required string? MessageType { get; init; }

    public required int? Attempt { get; init; }

    public required DateTimeOffset At { get; init; }

    internal static OperatedJobDeadLetter From(FailureRecord failure) => new()
    {
        Queue = failure.Queue,
        Kind = failure.Kind,
        MessageId = failure.MessageId,
        MessageType = failure.MessageType,
        Attempt = failure.Attempt,
        At = failure.At,
    };
}
