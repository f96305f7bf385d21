using System.Text.Json;
using CloudIa.Api.Bodies;
using CloudIa.Api.Chat;
using CloudIa.Store;

namespace CloudIa.Api.Chats;

/// <summary>Reads the body of <c>PATCH /chats/{chatId}</c>.</summary>
internal static class ChatPatchReader
{
    public const int MaxBodyBytes = (6 * SystemPromptText.MaxBytes) + 4096;

    private const int MaxTitle = 200;
    private static readonly string[] Fields = ["title", "systemPrompt"];

    public static async Task<(ChatChange Change, Dictionary<string, string[]> Errors)> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var change = new ChatChange(null, null);
        var read = await JsonFields.ReadAsync(body, Fields, Read, cancellationToken);
        if (read is { IsWhole: true, IsEmpty: true })
            read.Errors[JsonFields.Body] = [$"It says nothing to change. Its fields are {string.Join(", ", Fields)}."];
        return (change, read.Errors);

        string? Read(string name, JsonElement value)
        {
            var text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            if (name == "title")
            {
                change = change with { Title = text };
                return string.IsNullOrWhiteSpace(text) || text.Length > MaxTitle || text.Any(char.IsControl) ? $"It must be a text of 1–{MaxTitle} characters in one line." : null;
            }

            change = change with { SystemPrompt = text ?? "" };
            return value.ValueKind == JsonValueKind.Null || (text is not null && SystemPromptText.IsValid(text)) ? null : $"{SystemPromptText.Rule} null takes it away.";
        }
    }
}
