using System.Security.Cryptography;
using CloudIa.Store;

namespace CloudIa.Webhooks.Signing;

internal static class WebhookSecrets
{
    /// <summary>256 bits; the form allows 192 to 512.</summary>
    private const int Bytes = 32;

    public static WebhookSecret Create() => new(WebhookSecret.Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>The key that a secret stands for.</summary>
    public static byte[] Key(this WebhookSecret secret) => Convert.FromBase64String(secret.Value[WebhookSecret.Prefix.Length..]);
}
