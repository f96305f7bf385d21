using System.Text.Json;
using CloudIa.Api.Bodies;
using CloudIa.Webhooks;

namespace CloudIa.Api.Webhooks;

/// <summary>What a body about a webhook says, or what is wrong with it by field.</summary>
internal sealed record WebhookFields
{
    public Dictionary<string, string[]> Errors { get; set; } = [];

    public string? Url { get; set; }

    public Guid? ChatId { get; set; }

    /// <summary>Null: not said. Empty: all.</summary>
    public IReadOnlyList<string>? Events { get; set; }

    public bool? Enabled { get; set; }
}

/// <summary>Reads bodies about webhooks.</summary>
internal sealed class WebhookRequestReader(WebhookUrls urls)
{
    public const int MaxBodyBytes = 16 * 1024;

    private static readonly string[] Created = ["url", "chatId", "events"];
    private static readonly string[] Patched = ["url", "events", "enabled"];

    public Task<WebhookFields> ReadNewAsync(Stream body, CancellationToken cancellationToken) => ReadAsync(body, Created, read => read.Require("url"), cancellationToken);

    public Task<WebhookFields> ReadPatchAsync(Stream body, CancellationToken cancellationToken) => ReadAsync(body, Patched, _ => { }, cancellationToken);

    private async Task<WebhookFields> ReadAsync(Stream body, string[] known, Action<JsonFields> check, CancellationToken cancellationToken)
    {
        var fields = new WebhookFields();
        var read = await JsonFields.ReadAsync(
            body,
            known,
            (name, value) => name switch
            {
                "url" => ReadUrl(value, fields),
                "chatId" => ReadChatId(value, fields),
                "events" => ReadEvents(value, fields),
                _ => ReadEnabled(value, fields),
            },
            cancellationToken);
        check(read);
        fields.Errors = read.Errors;
        return fields;
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
