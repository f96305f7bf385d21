using System.ComponentModel;
using System.Text.Json.Serialization;
using CloudIa.Store;

namespace CloudIa.Api.ApiKeys;

/// <summary>The body of <c>POST /me/keys</c>.</summary>
public sealed record NewApiKey
{
    [Description("What the caller calls it: 1–100 characters, none of them a control character.")]
    public required string Name { get; init; }

    [Description("When it stops to work: a time in the future, as in 2030-01-31T00:00:00Z. Left out or null: never.")]
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>An API key as its owner sees it.</summary>
public sealed record ApiKeyView
{
    public required Guid KeyId { get; init; }

    public required string Name { get; init; }

    /// <summary>What the key begins with, to be recognised by.</summary>
    public required string Begins { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null: never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>To the hour or so. Null: it was not used.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>To be sent as <c>Authorization: Bearer</c>. Only in the answer to its creation; else left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    internal static ApiKeyView From(ApiKeyRecord key) => new()
    {
        KeyId = key.KeyId,
        Name = key.Name,
        Begins = $"{ServiceDefaults.Login.Keys.ApiKey.Prefix}{key.KeyId:N}",
        CreatedAt = key.CreatedAt,
        ExpiresAt = key.ExpiresAt,
        LastUsedAt = key.LastUsedAt,
    };

    /// <summary>The compiler's own would print the key.</summary>
    public override string ToString() => $"{nameof(ApiKeyView)} {KeyId}";
}
