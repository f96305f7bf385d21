using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace CloudIa.ServiceDefaults.Login.Jwt;

/// <summary>
/// What a token must look like before its signature is asked about. Stricter than the library, which takes the last of two members of one name and looks at
/// no <c>crit</c>: what two readers read differently is refused.
/// </summary>
internal static class TokenForm
{
    public const int MaxBytes = 16 * 1024;

    /// <summary>Asymmetric ones alone: with the others whoever can check a token can make one, and the key to check with is public.</summary>
    public static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    // Cognito's access tokens have no typ at all.
    private static readonly string[] Types = ["JWT", "at+jwt", "application/at+jwt"];

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The id of the key that it says it is signed with; null: it does not say.</summary>
    /// <exception cref="LoginException">It is no token that this service would take.</exception>
    public static string? KeyIdOf(string token)
    {
        if (token.Length > MaxBytes)
            throw new LoginException($"The token is too long: {MaxBytes} bytes are allowed.");

        // No padding, no blanks: the decoders would pass over them.
        if (token.AsSpan().ContainsAnyExcept(Alphabet))
            throw NoToken();

        if (token.Split('.') is not [{ Length: > 0 } header, { Length: > 0 } payload, { Length: > 0 }])
            throw NoToken();

        using (Read(payload))
        using (var document = Read(header))
        {
            var root = document.RootElement;
            if (!Algorithms.Contains(Text(root, "alg"), StringComparer.Ordinal))
                throw new LoginException($"The token is signed by an algorithm that is not taken. Those taken are {string.Join(", ", Algorithms)}.");

            if (root.TryGetProperty("typ", out _) && !Types.Contains(Text(root, "typ"), StringComparer.OrdinalIgnoreCase))
                throw new LoginException("The token is of another type: an access token is asked for.");

            // What must be understood is not.
            if (root.TryGetProperty("crit", out _) || root.TryGetProperty("b64", out _))
                throw NoToken();

            return root.TryGetProperty("kid", out _) ? Text(root, "kid") ?? throw NoToken() : null;
        }
    }

    /// <summary>One part of a token as JSON; it is an object.</summary>
    /// <exception cref="LoginException">It is none, or has two members of one name.</exception>
    public static JsonDocument Read(string part)
    {
        try
        {
            var document = JsonDocument.Parse(Utf8.GetString(Base64Url.DecodeFromChars(part)), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;

            document.Dispose();
            throw NoToken();
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw NoToken();
        }
    }

    /// <summary>Null: it is not there, or not one text.</summary>
    public static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // JsonElement's word for escapes that are no Unicode text, such as half a surrogate pair.
            return null;
        }
    }

    private static LoginException NoToken() => new("The token is not a signed JWT (RFC 7519) that this service reads.");
}
