using System.Text.Json;

namespace CloudIa.Notifier.WebSockets;

/// <summary>What a client asks for in one frame.</summary>
internal abstract record ClientFrame
{
    public const int MaxBytes = 32 * 1024;

    private const string Known = "Known are {\"action\":\"subscribe\",\"jobId\":\"…\",\"lastSeq\":0} and {\"action\":\"ping\"}.";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>The request, or a <see cref="BadFrame"/> that says what is wrong with it.</summary>
    public static ClientFrame Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            return new BadFrame($"The frame is not valid JSON (line {e.LineNumber ?? 0}, byte {e.BytePositionInLine ?? 0}). {Known}");
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            return new BadFrame($"A text in the frame is not valid Unicode. {Known}");
        }
    }

    private static ClientFrame Parse(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new BadFrame($"The frame must be one JSON object. {Known}");
        }

        if (!root.TryGetProperty("action", out var action) || action.ValueKind != JsonValueKind.String)
        {
            return new BadFrame($"The field 'action' is missing or not a string. {Known}");
        }

        return action.GetString() switch
        {
            "subscribe" => ParseSubscribe(root),
            "ping" when root.GetPropertyCount() == 1 => new PingFrame(),
            "ping" => new BadFrame("'ping' has no field but 'action'."),
            _ => new BadFrame($"The action is not known. {Known}"),
        };
    }

    private static ClientFrame ParseSubscribe(JsonElement root)
    {
        Guid? jobId = null;
        var lastSeq = 0L;
        foreach (var field in root.EnumerateObject())
        {
            switch (field.Name)
            {
                case "action":
                    break;
                case "jobId":
                    if (field.Value.ValueKind != JsonValueKind.String || !field.Value.TryGetGuid(out var id))
                    {
                        return new BadFrame("The field 'jobId' must be the UUID that POST /chat answered with.");
                    }

                    jobId = id;
                    break;
                case "lastSeq":
                    if (field.Value.ValueKind != JsonValueKind.Number || !field.Value.TryGetInt64(out lastSeq) || lastSeq < 0)
                    {
                        return new BadFrame("The field 'lastSeq' must be a whole number from 0: the 'seq' of the last event you have.");
                    }

                    break;
                default:
                    return new BadFrame("'subscribe' has only the fields 'action', 'jobId' and 'lastSeq' (their case matters).");
            }
        }

        return jobId is { } found ? new SubscribeFrame(found, lastSeq) : new BadFrame("The field 'jobId' is missing.");
    }
}

internal sealed record SubscribeFrame(Guid JobId, long LastSeq) : ClientFrame;

internal sealed record PingFrame : ClientFrame;

internal sealed record BadFrame(string Problem) : ClientFrame;
