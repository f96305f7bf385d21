using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>The sums that SQS answers with and the SDK compares.</summary>
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "It is SQS's checksum.")]
internal static class Checksums
{
    public static string Of(string body) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body)));

    public static string Of(JsonObject attributes)
    {
        using var bytes = new MemoryStream();
        foreach (var (name, value) in attributes.OrderBy(x => x.Key, StringComparer.Ordinal))
        {
            var type = value!["DataType"]!.GetValue<string>();
            Write(bytes, Encoding.UTF8.GetBytes(name));
            Write(bytes, Encoding.UTF8.GetBytes(type));
            var binary = type.StartsWith("Binary", StringComparison.Ordinal);
            bytes.WriteByte(binary ? (byte)2 : (byte)1);
            Write(bytes, binary
                ? Convert.FromBase64String(value["BinaryValue"]!.GetValue<string>())
                : Encoding.UTF8.GetBytes(value["StringValue"]!.GetValue<string>()));
        }

        return Convert.ToHexStringLower(MD5.HashData(bytes.ToArray()));
    }

    private static void Write(Stream target, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        target.Write(length);
        target.Write(bytes);
    }
}
