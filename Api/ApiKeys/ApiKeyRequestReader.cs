using System.Text.Json;
using CloudIa.Api.Chat;

namespace CloudIa.Api.ApiKeys;

/// <summary>What the body of <c>POST /me/keys</c> says, or what is wrong with it by field.</summary>
internal sealed record ApiKeyFields
{
    public Dictionary<string, string[]> Errors { get; } = new(StringComparer.Ordinal);

    public string Name { get; set; } = "";

    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>Reads it by hand, as <c>POST /chat</c> does: all that is wrong is named at once, and an unknown field is wrong.</summary>
internal sealed class ApiKeyRequestReader(TimeProvider time)
{
    public const int MaxBodyBytes = 4 * 1024;
    public const int MaxNameLength = 100;

    private const string Body = "$";
    private const string Name = "name";
    private const string ExpiresAt = "expiresAt";
    private const string Fields = $"{Name}, {ExpiresAt}";
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 8 };

    public async Task<ApiKeyFields> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var fields = new ApiKeyFields();
        try
        {
            using var document = await JsonDocument.ParseAsync(body, Strict, cancellationToken);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                Read(document.RootElement, fields);
            else
                fields.Errors[Body] = [$"It must be a JSON object. Its fields are {Fields}."];
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

    private void Read(JsonElement root, ApiKeyFields fields)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            var problem = !seen.Add(property.Name) ? "It is given twice." : property.Name switch
            {
                Name => ReadName(property.Value, fields),
                ExpiresAt => ReadExpiresAt(property.Value, fields),
                _ => $"There is no such field. The fields are {Fields}.",
            };
            if (problem is not null)
                fields.Errors[ChatRequestReader.Printable(property.Name)] = [problem];
        }

        if (!seen.Contains(Name))
            fields.Errors[Name] = ["It is required."];
    }

    private static string? ReadName(JsonElement value, ApiKeyFields fields)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString()!.Trim() is not { Length: > 0 and <= MaxNameLength } name || name.Any(char.IsControl))
            return $"It must be a text of 1–{MaxNameLength} characters without control characters.";

        fields.Name = name;
        return null;
    }

    private string? ReadExpiresAt(JsonElement value, ApiKeyFields fields)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;

        if (value.ValueKind != JsonValueKind.String || !value.TryGetDateTimeOffset(out var expiresAt) || expiresAt <= time.GetUtcNow())
            return "It must be a time in the future (ISO 8601), as in 2030-01-31T00:00:00Z; null, or left out, means never.";

        fields.ExpiresAt = expiresAt.ToUniversalTime();
        return null;
    }
}
