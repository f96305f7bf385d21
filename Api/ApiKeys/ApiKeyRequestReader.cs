using System.Text.Json;
using CloudIa.Api.Bodies;

namespace CloudIa.Api.ApiKeys;

/// <summary>What the body of <c>POST /me/keys</c> says, or what is wrong with it by field.</summary>
internal sealed record ApiKeyFields
{
    public Dictionary<string, string[]> Errors { get; set; } = [];

    public string Name { get; set; } = "";

    public DateTimeOffset? ExpiresAt { get; set; }
}

/// <summary>Reads it.</summary>
internal sealed class ApiKeyRequestReader(TimeProvider time)
{
    public const int MaxBodyBytes = 4 * 1024;
    public const int MaxNameLength = 100;

    private const string Name = "name";
    private static readonly string[] Known = [Name, "expiresAt"];

    public async Task<ApiKeyFields> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var fields = new ApiKeyFields();
        var read = await JsonFields.ReadAsync(body, Known, (name, value) => name == Name ? ReadName(value, fields) : ReadExpiresAt(value, fields), cancellationToken);
        read.Require(Name);
        fields.Errors = read.Errors;
        return fields;
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
