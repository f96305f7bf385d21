using System.Text.Json.Serialization;
using CloudIa.Contracts;
using CloudIa.Store;

namespace CloudIa.Api.Chats;

/// <summary>A message of a chat.</summary>
public sealed record MessageView
{
    public required Guid MessageId { get; init; }

    /// <summary>Grows with the chat; not without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>The place of what it follows or answers; 0: nothing. Where that place is empty, because its turn failed, the nearest below it.</summary>
    public required long Parent { get; init; }

    /// <summary><c>user</c> or <c>assistant</c>.</summary>
    public required string Role { get; init; }

    public required string Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The job that brought it.</summary>
    public required Guid JobId { get; init; }

    /// <summary>True where it was stopped before it was whole; else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Partial { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TokenUsage? Usage { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FinishReason { get; init; }

    internal static MessageView From(MessageRecord message) => new()
    {
        MessageId = message.MessageId,
        Sequence = message.Sequence,
        Parent = message.ParentPlace,
        Partial = message.PartialOf is not null,
        Role = message.Role,
        Content = message.Content,
        CreatedAt = message.CreatedAt,
        JobId = message.JobId,
        Model = message.Model,
        Usage = message.Usage,
        FinishReason = message.FinishReason,
    };
}
