using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudIa.Store;

namespace CloudIa.Webhooks.Signing;

/// <summary>Standard Webhooks' symmetric scheme: <c>v1,</c> and base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
internal static class WebhookSignature
{
    /// <returns>One for each secret, in their order, separated by spaces.</returns>
    public static string Of(IEnumerable<WebhookSecret> secrets, string messageId, DateTimeOffset timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{messageId}.{timestamp.ToUnixTimeSeconds()}.")), .. body];
        return string.Join(' ', secrets.Select(secret => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(secret.Key(), signed))}"));
    }
}
