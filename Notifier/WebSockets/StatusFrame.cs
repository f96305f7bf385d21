using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudIa.Notifier.Connections;

namespace CloudIa.Notifier.WebSockets;

/// <summary>What the connection itself has to say: a JSON object with <c>status</c>, where a job's events have <c>event</c>.</summary>
internal sealed record StatusFrame
{
    public static readonly StatusFrame Pong = new() { Status = "pong" };
    public static readonly StatusFrame SubscribedToUser = new() { Status = SubscribedStatus, Scope = ListenerScopes.User };
    public static readonly StatusFrame Unsubscribed = new() { Status = "unsubscribed" };
    public static readonly StatusFrame UnsubscribedFromUser = Unsubscribed with { Scope = ListenerScopes.User };

    public const string SubscribedStatus = "subscribed";

    public required string Status { get; init; }

    public string? ConnectionId { get; init; }

    public string? SessionId { get; init; }

    public Guid? JobId { get; init; }

    public Guid? ChatId { get; init; }

    public string? Scope { get; init; }

    public long? LastSeq { get; init; }

    public string? Message { get; init; }

    public static StatusFrame Connected(string connectionId, string sessionId) =>
        new() { Status = "connected", ConnectionId = connectionId, SessionId = sessionId };

    public static StatusFrame Subscribed(Guid jobId, long lastSeq) => new() { Status = SubscribedStatus, JobId = jobId, LastSeq = lastSeq };

    public static StatusFrame SubscribedToChat(Guid chatId, long? lastSeq) => new() { Status = SubscribedStatus, ChatId = chatId, LastSeq = lastSeq };

    public static StatusFrame Error(string message, Guid? jobId = null, Guid? chatId = null) =>
        new() { Status = "error", Message = message, JobId = jobId, ChatId = chatId };

    public byte[] ToUtf8Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, StatusFrameJson.Relaxed.StatusFrame);
}

[JsonSerializable(typeof(StatusFrame))]
internal sealed partial class StatusFrameJson : JsonSerializerContext
{
    // JSON, never HTML: a person at wscat reads quotes as quotes.
    public static readonly StatusFrameJson Relaxed = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
