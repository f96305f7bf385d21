using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CloudIa.Tests.Login;

/// <summary>Makes tokens by hand: also such as no library would make.</summary>
internal static class TestToken
{
    public static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    /// <param name="header">Members to add, to change, or (with null) to leave out.</param>
    public static string Sign(Dictionary<string, object?> claims, TestKey key, string? algorithm = null, Action<Dictionary<string, object?>>? header = null)
    {
        var members = new Dictionary<string, object?> { ["alg"] = algorithm ?? key.Algorithm, ["typ"] = "JWT", ["kid"] = key.Id };
        header?.Invoke(members);
        return Sign(Json(members), Json(claims), data => key.Sign(data, algorithm ?? key.Algorithm));
    }

    public static string Sign(string header, string payload, Func<byte[], byte[]> sign)
    {
        var text = $"{Part(header)}.{Part(payload)}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>Signed as with a shared secret, which anything can be taken for.</summary>
    public static string SignHmac(Dictionary<string, object?> header, Dictionary<string, object?> claims, byte[] secret) => Sign(Json(header), Json(claims), data => header["alg"] switch
    {
        "HS384" => HMACSHA384.HashData(secret, data),
        "HS512" => HMACSHA512.HashData(secret, data),
        _ => HMACSHA256.HashData(secret, data),
    });

    public static string Json(Dictionary<string, object?> members) => JsonSerializer.Serialize(members.Where(x => x.Value is not null).ToDictionary(x => x.Key, x => x.Value));

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    public static TestKey KeyFor(this TestAuthority authority, string algorithm) => algorithm switch
    {
        "ES256" => authority.P256,
        "ES384" => authority.P384,
        "ES512" => authority.P521,
        _ => authority.Rsa,
    };
}
