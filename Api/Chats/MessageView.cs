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

    /// <summary><c>user</c> or <c>assistant</c>.</summary>
    public required string Role { get; init; }

    public required string Content { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The job that brought it.</summary>
    public required Guid JobId { get; init; }

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
        Role = message.Role,
        Content = message.Content,
        CreatedAt = message.CreatedAt,
        JobId = message.JobId,
        Model = message.Model,
        Usage = message.Usage,
        FinishReason = message.FinishReason,
    };
}
