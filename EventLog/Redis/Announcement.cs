using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using CloudIa.Contracts.Client;

namespace CloudIa.EventLog.Redis;

/// <summary>What is published for an event: its number, a space, its JSON.</summary>
internal static class Announcement
{
    public static bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out ClientEvent? value)
    {
        value = null;
        if (!Utf8Parser.TryParse(message, out long seq, out var length) || seq < 1 || length >= message.Length || message[length] != (byte)' ')
        {
            return false;
        }

        try
        {
            value = ClientEventJson.Deserialize(message[(length + 1)..], seq);
            return true;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            return false;
        }
    }
}
