using System.Text;
using System.Text.Json;
using CloudIa.Api.Bodies;
using CloudIa.Contracts.Client;

namespace CloudIa.Api.Chat;

/// <summary>Reads the body of <c>POST /chat</c>.</summary>
internal static class ChatRequestReader
{
    /// <summary>Bytes of UTF-8.</summary>
    public const int MaxMessageBytes = 32 * 1024;

    /// <summary>The message could be written with six bytes for each of its own (<c>\u0041</c>), and needs some room around it.</summary>
    public const int MaxBodyBytes = (6 * (MaxMessageBytes + SystemPromptText.MaxBytes)) + 4096;

    /// <summary>Of a message of one's own.</summary>
    public static readonly string[] MessageFields = ["message", "chatId", "sessionId", "model", "systemPrompt", "onBusy"];

    /// <summary>Of a message that takes the place of another: the chat is that one's.</summary>
    public static readonly string[] EditFields = ["message", "sessionId", "model", "onBusy"];

    /// <summary>Of another answer to the same message.</summary>
    public static readonly string[] RegenerateFields = ["sessionId", "model", "onBusy"];

    /// <param name="fields">Those that there are: another one is an error, and so is <c>message</c> where it is missing.</param>
    /// <returns>The request, or what is wrong with it by field.</returns>
    public static async Task<(ChatRequest? Request, Dictionary<string, string[]> Errors)> ReadAsync(Stream body, string[] fields, CancellationToken cancellationToken)
    {
        string? message = null, sessionId = null, model = null, systemPrompt = null, onBusy = null;
        Guid? chatId = null;
        var read = await JsonFields.ReadAsync(body, fields, Read, cancellationToken, saysKind: true);
        var errors = read.Errors;
        if (!read.IsWhole)
            return (null, new(StringComparer.Ordinal) { [JsonFields.Body] = errors[JsonFields.Body] });

        if (fields.Contains("message") && !errors.ContainsKey("message") && Check(message) is { } wrong)
            errors["message"] = [wrong];

        if (chatId is not null && systemPrompt is not null)
            errors["systemPrompt"] = ["It is of a new chat; that of an existing one is changed with PATCH /chats/{chatId}."];

        return errors.Count > 0
            ? (null, errors)
            : (new ChatRequest { Message = message ?? "", ChatId = chatId, SessionId = sessionId, Model = model, SystemPrompt = systemPrompt, OnBusy = onBusy }, errors);

        string? Read(string name, JsonElement value) => name switch
        {
            "message" => Text(value, _ => true, "", out message),
            _ when value.ValueKind == JsonValueKind.Null => null,
            "chatId" => Id(value, out chatId),
            "sessionId" => Text(value, SessionId.IsValid, SessionId.Rule, out sessionId),
            "model" => Text(value, ModelName.IsValid, ModelName.Rule, out model),
            "systemPrompt" => Text(value, SystemPromptText.IsValid, SystemPromptText.Rule, out systemPrompt),
            _ => Text(value, BusyPolicy.IsValid, BusyPolicy.Rule, out onBusy),
        };
    }

    private static string? Check(string? message)
    {
        if (string.IsNullOrWhiteSpace(message))
            return "It is required and must not be empty.";

        var bytes = Encoding.UTF8.GetByteCount(message);
        return bytes > MaxMessageBytes ? $"It has {bytes} bytes of UTF-8; {MaxMessageBytes} are allowed." : null;
    }

    private static string? Text(JsonElement value, Func<string, bool> isValid, string rule, out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String)
            return $"It must be a string, not {JsonFields.KindOf(value)}.";

        var given = value.GetString()!;
        if (!isValid(given))
            return rule;

        text = given;
        return null;
    }

    private static string? Id(JsonElement value, out Guid? id)
    {
        id = value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var given) ? given : null;
        return id is null ? "It must be a chat's id as the API gave it: a UUID in a string." : null;
    }
}
