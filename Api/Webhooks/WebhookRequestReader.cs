using System.Text.Json;
using CloudIa.Api.Chat;
using CloudIa.Webhooks;

namespace CloudIa.Api.Webhooks;

/// <summary>What a body about a webhook says, or what is wrong with it by field.</summary>
internal sealed record WebhookFields
{
    public Dictionary<string, string[]> Errors { get; } = new(StringComparer.Ordinal);

    public string? Url { get; set; }

    public Guid? ChatId { get; set; }

    /// <summary>Null: not said. Empty: all.</summary>
    public IReadOnlyList<string>? Events { get; set; }

    public bool? Enabled { get; set; }
}

/// <summary>Reads bodies about webhooks by hand, as <c>POST /chat</c> does: all that is wrong is named at once, and an unknown field is wrong.</summary>
internal sealed class WebhookRequestReader(WebhookUrls urls)
{
    public const int MaxBodyBytes = 16 * 1024;

    private const string Body = "$";
    private static readonly string[] Created = ["url", "chatId", "events"];
    private static readonly string[] Patched = ["url", "events", "enabled"];
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    public async Task<WebhookFields> ReadNewAsync(Stream body, CancellationToken cancellationToken)
    {
        var fields = await ReadAsync(body, Created, cancellationToken);
        if (fields.Url is null && !fields.Errors.ContainsKey("url") && !fields.Errors.ContainsKey(Body))
            fields.Errors["url"] = ["It is required."];
        return fields;
    }

    public Task<WebhookFields> ReadPatchAsync(Stream body, CancellationToken cancellationToken) => ReadAsync(body, Patched, cancellationToken);

    private async Task<WebhookFields> ReadAsync(Stream body, string[] known, CancellationToken cancellationToken)
    {
        var fields = new WebhookFields();
        try
        {
            using var document = await JsonDocument.ParseAsync(body, Strict, cancellationToken);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                Read(document.RootElement, known, fields);
            else
                fields.Errors[Body] = [$"It must be a JSON object. Its fields are {string.Join(", ", known)}."];
        }
        catch (JsonException exception)
        {
            // Its message can quote what it met: place only.
            fields.Errors[Body] = [$"The body is empty or not one JSON object (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})."];
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            fields.Errors[Body] = ["A text in it is not valid Unicode."];
        }

        return fields;
    }

    private void Read(JsonElement root, string[] known, WebhookFields fields)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            var (name, value) = (property.Name, property.Value);
            var problem = !seen.Add(name) ? "It is given twice." : name switch
            {
                _ when !known.Contains(name) => $"There is no such field. The fields are {string.Join(", ", known)}.",
                "url" => ReadUrl(value, fields),
                "chatId" => ReadChatId(value, fields),
                "events" => ReadEvents(value, fields),
                _ => ReadEnabled(value, fields),
            };
            if (problem is not null)
                fields.Errors[known.Contains(name) ? name : ChatRequestReader.Printable(name)] = [problem];
        }
    }

    private string? ReadUrl(JsonElement value, WebhookFields fields)
    {
        if (value.ValueKind != JsonValueKind.String)
            return "It must be a string.";

        fields.Url = value.GetString()!;
        return urls.Problem(fields.Url);
    }

    private static string? ReadChatId(JsonElement value, WebhookFields fields)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;

        if (value.ValueKind != JsonValueKind.String || !value.TryGetGuid(out var chatId))
            return "It must be a chat's id as the API gave it: a UUID in a string.";

        fields.ChatId = chatId;
        return null;
    }

    private static string? ReadEvents(JsonElement value, WebhookFields fields)
    {
        var all = string.Join(", ", WebhookEvents.All);
        if (value.ValueKind == JsonValueKind.Null)
        {
            fields.Events = [];
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0 || !value.EnumerateArray().All(x => x.ValueKind == JsonValueKind.String))
            return $"It must be a list of at least one of {all}; null, or left out, means all.";

        var events = value.EnumerateArray().Select(x => x.GetString()!).Distinct().ToArray();
        fields.Events = events;
        return events.All(WebhookEvents.All.Contains) ? null : $"There are {all}, and no others.";
    }

    private static string? ReadEnabled(JsonElement value, WebhookFields fields)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
            return "It must be true or false.";

        fields.Enabled = value.GetBoolean();
        return null;
    }
}
