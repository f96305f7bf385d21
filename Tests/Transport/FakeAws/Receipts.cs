using System.Security.Cryptography;
using System.Text;

namespace CloudIa.Tests.Transport.FakeAws;

internal static class Receipts
{
    private const string Prefix = "AQEB";

    public static string Of(string messageId, int receives) =>
        Prefix + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{messageId}/{receives}"));

    public static string? Read(string receipt, out int receives)
    {
        receives = 0;
        if (!receipt.StartsWith(Prefix, StringComparison.Ordinal))
            return null;

        try
        {
            var parts = Encoding.UTF8.GetString(Convert.FromBase64String(receipt[Prefix.Length..])).Split('/');
            return parts.Length == 2 && int.TryParse(parts[1], out receives) ? parts[0] : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static string Hash(string body) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
}
