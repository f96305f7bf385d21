using System.Text.Json;
using CloudIa.Notifier.Connections;

namespace CloudIa.Notifier.WebSockets;

/// <summary>Reads the JSON of one frame. What it has to say about a bad one quotes nothing of it.</summary>
internal static class ClientFrameReader
{
    private const string Action = "action";
    private const string JobId = "jobId";
    private const string ChatId = "chatId";
    private const string Scope = "scope";
    private const string LastSeq = "lastSeq";
    private const string Seq = "seq";

    private const string Known =
        "Known are {\"action\":\"subscribe\",\"jobId\":\"…\",\"lastSeq\":0}, \"subscribe\" with a \"chatId\" or with \"scope\":\"user\", \"unsubscribe\" of any of them, " +
        "{\"action\":\"ack\",\"jobId\":\"…\",\"seq\":7} and {\"action\":\"ping\"}.";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static ClientFrame Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException e)
        {
            return new BadFrame($"The frame is not valid JSON, or has a field twice (line {e.LineNumber ?? 0}, byte {e.BytePositionInLine ?? 0}). {Known}");
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            return new BadFrame($"A text in the frame is not valid Unicode. {Known}");
        }
        catch (FieldException e)
        {
            return new BadFrame(e.Message);
        }
    }

    private static ClientFrame Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new BadFrame($"The frame must be one JSON object. {Known}");
        }

        if (!root.TryGetProperty(Action, out var action) || action.ValueKind != JsonValueKind.String)
        {
            return new BadFrame($"The field '{Action}' is missing or not a string. {Known}");
        }

        return action.GetString() switch
        {
            "subscribe" => Subscribe(root),
            "unsubscribe" => Unsubscribe(root),
            "ack" => Acknowledge(root),
            "ping" when root.GetPropertyCount() == 1 => new PingFrame(),
            "ping" => new BadFrame($"'ping' has no field but '{Action}'."),
            _ => new BadFrame($"The action is not known. {Known}"),
        };
    }

    private static ClientFrame Subscribe(JsonElement root)
    {
        var fields = Fields.Of(root, "subscribe", JobId, ChatId, Scope, LastSeq);
        return fields.Target() switch
        {
            JobId => new SubscribeFrame(fields.Id(JobId), fields.Number(LastSeq, 0) ?? 0),
            ChatId => new SubscribeChatFrame(fields.Id(ChatId), fields.Number(LastSeq, 0)),
            _ when fields.Has(LastSeq) => new BadFrame($"'{LastSeq}' is the number of one job's event: it goes with '{JobId}' or '{ChatId}', not with '{Scope}'."),
            _ => new SubscribeUserFrame(),
        };
    }

    private static ClientFrame Unsubscribe(JsonElement root)
    {
        var fields = Fields.Of(root, "unsubscribe", JobId, ChatId, Scope);
        return fields.Target() switch
        {
            JobId => new UnsubscribeJobFrame(fields.Id(JobId)),
            ChatId => new UnsubscribeChatFrame(fields.Id(ChatId)),
            _ => new UnsubscribeUserFrame(),
        };
    }

    private static AcknowledgeFrame Acknowledge(JsonElement root)
    {
        var fields = Fields.Of(root, "ack", JobId, Seq);
        return new AcknowledgeFrame(fields.Id(JobId), fields.Number(Seq, 1) ?? throw Missing(Seq));
    }

    private static FieldException Missing(string field) => new($"The field '{field}' is missing.");

    /// <summary>The fields of one action, of which there are no others.</summary>
    private readonly struct Fields
    {
        private readonly JsonElement _root;

        private Fields(JsonElement root) => _root = root;

        public static Fields Of(JsonElement root, string action, params string[] known)
        {
            foreach (var field in root.EnumerateObject())
            {
                if (field.Name != Action && !known.Contains(field.Name))
                {
                    throw new FieldException($"'{action}' has only the fields '{string.Join("', '", [Action, .. known])}' (their case matters).");
                }
            }

            return new(root);
        }

        public bool Has(string name) => _root.TryGetProperty(name, out _);

        /// <summary>Which one of the three says what is meant.</summary>
        public string Target()
        {
            var fields = this;
            if (Array.FindAll([JobId, ChatId, Scope], x => fields.Has(x)) is not [var target])
            {
                throw new FieldException($"Exactly one of the fields '{JobId}', '{ChatId}' and '{Scope}' says what is meant.");
            }

            return target == Scope && !(_root.GetProperty(Scope) is { ValueKind: JsonValueKind.String } scope && scope.GetString() == ListenerScopes.User)
                ? throw new FieldException($"The field '{Scope}' can only be \"{ListenerScopes.User}\": all jobs of the user.")
                : target;
        }

        public Guid Id(string name) =>
            !_root.TryGetProperty(name, out var value) ? throw Missing(name)
            : value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id) ? id
            : throw new FieldException($"The field '{name}' must be the UUID that POST /chat answered with.");

        public long? Number(string name, long least) =>
            !_root.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least ? number
            : throw new FieldException($"The field '{name}' must be a whole number from {least}: the 'seq' of the last event you have.");
    }

    private sealed class FieldException(string message) : Exception(message);
}
