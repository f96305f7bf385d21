namespace CloudIa.Cli.Http;

/// <summary>Of the service's answers, what is shown. Fields that a version does not know are left out.</summary>
internal sealed record PageAnswer<T>(IReadOnlyList<T> Items, string? Next);

internal sealed record JobAnswer(
    Guid JobId, string UserId, Guid ChatId, string Status, int Attempt, string? Model, string? Provider, DateTimeOffset AcceptedAt, DateTimeOffset? OpenSince,
    DateTimeOffset? EndedAt, DateTimeOffset? Deadline, string? FailureCode, UsageAnswer? Usage, CostAnswer? Cost, string? TraceId);

internal sealed record UsageAnswer(long? InputTokens, long? OutputTokens);

internal sealed record CostAnswer(decimal Amount, string Currency);

internal sealed record JobDetailAnswer(
    JobAnswer Job, Guid? AfterJobId, IReadOnlyList<StepAnswer> Timeline, long Frames, IReadOnlyList<DeadLetterAnswer> DeadLetters, IReadOnlyList<WebhookAnswer> Webhooks);

internal sealed record StepAnswer(DateTimeOffset At, double? AfterMilliseconds, string Event, string State, int Attempt, IReadOnlyList<string> Sent);

internal sealed record DeadLetterAnswer(string Queue, string Kind, string MessageId, string? MessageType, int? Attempt, DateTimeOffset At);

internal sealed record WebhookAnswer(Guid WebhookId, string Host, int Attempt, string State, int Tries);

internal sealed record MachineAnswer(string Mermaid, string Graphviz);
