using System.Text;
using System.Text.Json;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>A received body: text as the SDK gives it, parsed without a copy of its bytes first.</summary>
internal sealed class TextBody(string text) : MessageBody, JsonMessageBody
{
    private byte[]? _bytes;

    public long? Length => text.Length;

    public Stream GetStream() => new MemoryStream(GetBytes(), writable: false);

    public byte[] GetBytes() => _bytes ??= Encoding.UTF8.GetBytes(text);

    public string GetString() => text;

    public JsonElement? GetJsonElement(JsonSerializerOptions options) => JsonSerializer.Deserialize<JsonElement>(text, options);
}
