using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CloudIa.Contracts;

/// <summary>Ids that are computed from what they name, so that doing the same thing twice names the same thing.</summary>
public static class DerivedId
{
    /// <summary>The id of the one message of a job with this role (<c>user</c> or <c>assistant</c>).</summary>
    public static Guid OfMessage(Guid jobId, string role) => FromText($"message\n{jobId:N}\n{role}");

    /// <summary>The job that a user's <c>Idempotency-Key</c> stands for.</summary>
    public static Guid OfIdempotencyKey(string userId, string key) => FromText($"job\n{userId}\n{key}");

    /// <summary>What a webhook is told of an attempt's end: the same however often it is tried.</summary>
    public static Guid OfWebhookEvent(Guid jobId, int attempt, Guid webhookId) =>
        FromText(string.Create(CultureInfo.InvariantCulture, $"webhook\n{jobId:N}\n{attempt}\n{webhookId:N}"));

    /// <summary>The command of one try to tell it, and of each time that it is sent on because it came too early.</summary>
    public static Guid OfWebhookTry(Guid jobId, int attempt, Guid webhookId, int number, int hop) =>
        FromText(string.Create(CultureInfo.InvariantCulture, $"webhook try\n{jobId:N}\n{attempt}\n{webhookId:N}\n{number}\n{hop}"));

    /// <summary>A version 8 UUID (RFC 9562: vendor defined) of the first 128 bits of the text's SHA-256.</summary>
    private static Guid FromText(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
