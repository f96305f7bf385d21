using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace CloudIa.ServiceDefaults.Login.Keys;

/// <summary>
/// An API key as its user has it: <c>cia_</c>, the id in 32 hexadecimal digits, <c>_</c>, and 256 random bits in base64url. As text it says nothing of itself, so that no log can.
/// </summary>
public sealed class ApiKey
{
    public const string Prefix = "cia_";

    private const int IdLength = 32;
    private const int SecretBytes = 32;
    private const int SecretLength = 43;
    private const int SecretAt = 4 + IdLength + 1;
    private const int Length = SecretAt + SecretLength;

    private static readonly SearchValues<char> IdDigits = SearchValues.Create("0123456789abcdef");
    private readonly string _secret;

    private ApiKey(Guid id, string secret) => (Id, _secret) = (id, secret);

    public Guid Id { get; }

    /// <summary>What is kept of the secret.</summary>
    /// <remarks>One round of SHA-256: there is nothing to guess in 256 random bits, and slowness would only cost each request.</remarks>
    public string Hash => HashOf(_secret);

    /// <summary>A new secret.</summary>
    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The text that its user gets, once.</summary>
    public static string TextOf(Guid id, string secret) => $"{Prefix}{id:N}_{secret}";

    public static bool TryParse(string text, [NotNullWhen(true)] out ApiKey? key)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal) && text[SecretAt - 1] == '_'
            && !text.AsSpan(Prefix.Length, IdLength).ContainsAnyExcept(IdDigits)
            && Guid.TryParseExact(text.AsSpan(Prefix.Length, IdLength), "N", out var id)
                ? new(id, text[SecretAt..])
                : null;
        return key is not null;
    }

    public override string ToString() => $"{Prefix}{Id:N}_…";
}
