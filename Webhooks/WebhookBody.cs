using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Contracts.Client;

namespace CloudIa.Webhooks;

/// <summary>What a webhook is sent: <c>type</c>, <c>timestamp</c>, <c>data</c> (the event as every listener gets it) and <c>links</c>.</summary>
internal static class WebhookBody
{
    // As the events themselves: JSON, never HTML.
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="maxContentBytes">A longer answer is left out: in its place are <c>contentBytes</c> and, as ever, the links.</param>
    public static byte[] Of(string type, ClientEvent last, int maxContentBytes) => Write(type, last.Timestamp, writer =>
    {
        writer.WritePropertyName("data");
        writer.WriteRawValue(last is MessageCompleted { Content: var content } && Encoding.UTF8.GetByteCount(content) is var bytes && bytes > maxContentBytes
            ? WithoutContent(last, bytes)
            : ClientEventJson.SerializeToUtf8Bytes(last));
        writer.WriteStartObject("links");
        writer.WriteString("self", $"/chat/jobs/{last.JobId}");
        writer.WriteString("messages", $"/chats/{last.ChatId}/messages");
        writer.WriteEndObject();
    });

    public static byte[] OfTest(Guid webhookId, DateTimeOffset now) => Write(WebhookEvents.Test, now, writer =>
    {
        writer.WriteStartObject("data");
        writer.WriteString("webhookId", webhookId);
        writer.WriteEndObject();
    });

    private static byte[] WithoutContent(ClientEvent last, int bytes)
    {
        var data = JsonNode.Parse(ClientEventJson.SerializeToUtf8Bytes(last))!.AsObject();
        data.Remove("content");
        data["contentBytes"] = bytes;
        return Encoding.UTF8.GetBytes(data.ToJsonString(Relaxed));
    }

    private static byte[] Write(string type, DateTimeOffset timestamp, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("type", type);
            writer.WriteString("timestamp", timestamp.UtcDateTime);
            rest(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
