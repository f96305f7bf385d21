using CloudIa.Api.ApiKeys;
using CloudIa.Api.Chats;
using CloudIa.Api.Jobs;
using CloudIa.Api.Webhooks;
using CloudIa.Contracts;
using CloudIa.Store;

namespace CloudIa.Api.Me;

/// <summary>What <c>GET /me/export</c> has, in this order.</summary>
public sealed record Export
{
    public required DateTimeOffset ExportedAt { get; init; }

    public required string UserId { get; init; }

    /// <summary>The newest first.</summary>
    public required IReadOnlyList<ExportedChat> Chats { get; init; }

    /// <summary>The oldest first. Those accepted within the last seconds may be missing.</summary>
    public required IReadOnlyList<ExportedJob> Jobs { get; init; }

    /// <summary>The oldest first.</summary>
    public required IReadOnlyList<ExportedUsage> Usage { get; init; }

    public required IReadOnlyList<ApiKeyView> ApiKeys { get; init; }

    public required IReadOnlyList<WebhookView> Webhooks { get; init; }
}

public sealed record ExportedChat
{
    /// <summary>With its system prompt.</summary>
    public required ChatView Chat { get; init; }

    /// <summary>Of all branches, the newest first.</summary>
    public required IReadOnlyList<MessageView> Messages { get; init; }
}

/// <summary>A job as it was accepted, and how its last attempt ended.</summary>
public sealed record ExportedJob
{
    public required Guid JobId { get; init; }

    public required Guid ChatId { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    public required string Prompt { get; init; }

    /// <summary>What came along instead of the chat's history, at <c>/v1</c>: JSON, as it is kept. Null: nothing did.</summary>
    public required string? Conversation { get; init; }

    public required string? SystemPrompt { get; init; }

    public required string? SessionId { get; init; }

    public required string? Model { get; init; }

    /// <summary><c>completed</c>, <c>failed</c>, <c>cancelled</c>, <c>expired</c>; null: it has not ended.</summary>
    public required string? Outcome { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public required string? FailureCode { get; init; }

    public required TokenUsage? Usage { get; init; }

    public required JobCost? Cost { get; init; }

    /// <summary>The name of whoever ran the model that answered; null where none did.</summary>
    public required string? Provider { get; init; }

    /// <summary>For each webhook and attempt: what it was told, as <c>GET /chat/jobs/{jobId}</c> has it.</summary>
    public required IReadOnlyList<WebhookTold> Webhooks { get; init; }

    internal static ExportedJob From(JobDeliveries read)
    {
        var job = read.Job;
        var ended = job.IsOpen ? null : job.Outcome;
        return new()
        {
            JobId = job.JobId,
            ChatId = job.ChatId,
            AcceptedAt = job.AcceptedAt,
            Prompt = job.Prompt,
            Conversation = job.Conversation,
            SystemPrompt = job.SystemPrompt,
            SessionId = job.SessionId,
            Model = job.Model,
            Outcome = ended?.Outcome.ToString().ToLowerInvariant(),
            EndedAt = ended?.EndedAt,
            FailureCode = ended?.FailureCode,
            Usage = ended?.Usage,
            Cost = ended?.Cost,
            Provider = ended?.Provider,
            Webhooks = WebhookTold.All(read.Webhooks),
        };
    }
}

/// <summary>What one call of a model used.</summary>
public sealed record ExportedUsage
{
    public required DateTimeOffset At { get; init; }

    public required Guid JobId { get; init; }

    public required Guid ChatId { get; init; }

    public required string Model { get; init; }

    public required TokenUsage Usage { get; init; }

    public required JobCost? Cost { get; init; }

    internal static ExportedUsage From(UsageRecord usage) => new()
    {
        At = usage.At,
        JobId = usage.JobId,
        ChatId = usage.ChatId,
        Model = usage.Model,
        Usage = usage.Usage,
        Cost = usage.Cost,
    };
}
