using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace CloudIa.Local.StandIns;

/// <summary>
/// Signature Version 4 as the receiver checks it: written from the specification, and with nothing of the SDK that signs, so that the two hold each
/// other to it.
/// </summary>
internal sealed class SignatureCheck(string region, string accessKey, string secretKey, TimeProvider time)
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string Service = "execute-api";
    private const string Terminator = "aws4_request";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    /// <summary>What is wrong with a request's signature; null where nothing is.</summary>
    public string? Problem(HttpRequest request, byte[] body)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Algorithm + " ", StringComparison.Ordinal))
        {
            return "There is no signature.";
        }

        var parts = authorization[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries)
            .Select(x => x.Split('=', 2)).Where(x => x.Length == 2).ToDictionary(x => x[0], x => x[1]);
        if (!parts.TryGetValue("Credential", out var credential) || !parts.TryGetValue("SignedHeaders", out var names) || !parts.TryGetValue("Signature", out var signature))
        {
            return "The Authorization header is not whole.";
        }

        var stamp = request.Headers["X-Amz-Date"].ToString();
        if (!DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signedAt)
            || (time.GetUtcNow() - signedAt).Duration() > ClockSkew)
        {
            return $"X-Amz-Date is '{stamp}', more than {ClockSkew} from now.";
        }

        var date = stamp[..8];
        if (credential != $"{accessKey}/{date}/{region}/{Service}/{Terminator}")
        {
            return $"The credential scope is '{credential}', not of {accessKey} on {date} in {region} for {Service}.";
        }

        var signed = names.Split(';');
        if (!signed.Contains("host") || request.Headers.Keys.Any(x => x.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase) && !signed.Contains(x.ToLowerInvariant())))
        {
            return "host and all x-amz-* headers must be signed.";
        }

        var hash = Hex(SHA256.HashData(body));
        if (request.Headers.TryGetValue("X-Amz-Content-SHA256", out var said) && said != hash)
        {
            return "X-Amz-Content-SHA256 is not the hash of the body.";
        }

        var scope = $"{date}/{region}/{Service}/{Terminator}";
        var toSign = $"{Algorithm}\n{stamp}\n{scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Canonical(request, signed, names, hash))))}";
        var expected = Hex(Hmac(Key(date), toSign));
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(signature))
            ? null
            : "The signature does not match: another secret key, or another request was signed.";
    }

    private static string Canonical(HttpRequest request, string[] signed, string names, string hash)
    {
        // As it came, and encoded once more: every service but S3 does so.
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var query = target.Length == 1 ? "" : string.Join('&', target[1].Split('&').Select(x => x.Contains('=', StringComparison.Ordinal) ? x : x + "=").Order(StringComparer.Ordinal));
        var headers = string.Concat(signed.Select(x => $"{x}:{Collapse(request.Headers[x].ToString())}\n"));
        return $"{request.Method}\n{Encode(target[0])}\n{query}\n{headers}\n{names}\n{hash}";
    }

    private static string Encode(string path)
    {
        var encoded = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(path))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~' or '/')
                encoded.Append(c);
            else
                encoded.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }

        return encoded.ToString();
    }

    private static string Collapse(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private byte[] Key(string date) =>
        Hmac(Hmac(Hmac(Hmac(Encoding.UTF8.GetBytes("AWS4" + secretKey), date), region), Service), Terminator);

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
