using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudIa.SagaRepository.Outbox;

namespace CloudIa.SagaRepository.Redis;

/// <summary>
/// Saga and outbox as one JSON object: the outbox is the saga's last property, and is taken out before the saga is read, so that neither has
/// to know of the other. Other readers ignore it.
/// </summary>
internal static class SagaValue
{
    private static readonly JsonReaderOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static ReadOnlySpan<byte> Name => "$outbox"u8;

    private static ReadOnlySpan<byte> QuotedName => "\"$outbox\""u8;

    /// <param name="saga">A JSON object.</param>
    /// <param name="outbox">Left out where it is empty.</param>
    public static byte[] Join(byte[] saga, SagaOutbox outbox)
    {
        if (outbox.IsEmpty)
        {
            return saga;
        }

        var open = saga.AsSpan(0, saga.Length - 1);
        return [.. open, .. open.Length > 1 ? ","u8 : default, .. QuotedName, .. ":"u8, .. JsonSerializer.SerializeToUtf8Bytes(outbox, Json), .. "}"u8];
    }

    /// <summary>The saga without its outbox, and the outbox. What is not JSON at all is left to who reads the saga.</summary>
    /// <exception cref="JsonException">The outbox is not one.</exception>
    public static (ReadOnlyMemory<byte> Saga, SagaOutbox Outbox) Split(byte[] value)
    {
        if (value.AsSpan().IndexOf(QuotedName) < 0 || Find(value) is not { } found)
        {
            return (value, SagaOutbox.Empty);
        }

        var outbox = JsonSerializer.Deserialize<SagaOutbox>(value.AsSpan(found.Value), Json);
        if (outbox?.Events is null || outbox.Events.Any(x => x?.Id is null))
        {
            throw new JsonException();
        }

        return (Without(value, found.Property), outbox);
    }

    private static (Range Property, Range Value)? Find(byte[] value)
    {
        try
        {
            var reader = new Utf8JsonReader(value, Lenient);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isOutbox = reader.ValueTextEquals(Name);
                var start = (int)reader.TokenStartIndex;
                reader.Read();
                var valueStart = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isOutbox)
                {
                    return (start..(int)reader.BytesConsumed, valueStart..(int)reader.BytesConsumed);
                }
            }
        }
        catch (JsonException)
        {
            // Not an object, or none at all: the saga's reader says so, and where.
        }

        return null;
    }

    /// <summary>One comma goes with the property.</summary>
    private static byte[] Without(byte[] value, Range property)
    {
        var (offset, length) = property.GetOffsetAndLength(value.Length);
        var before = value.AsSpan(0, offset).TrimEnd(" \t\r\n"u8);
        var after = value.AsSpan(offset + length).TrimStart(" \t\r\n"u8);
        if (before[^1] == (byte)',')
        {
            before = before[..^1];
        }
        else if (after[0] == (byte)',')
        {
            after = after[1..];
        }

        return [.. before, .. after];
    }
}
