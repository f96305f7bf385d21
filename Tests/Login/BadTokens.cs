using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Claims = System.Collections.Generic.Dictionary<string, object?>;

namespace CloudIa.Tests.Login;

/// <summary>What nobody may get in with, by rule: each gives many.</summary>
internal static partial class BadTokens
{
    /// <summary>In every token: it must come back in no answer.</summary>
    public const string Canary = "canary-7f3a91";

    public static readonly Dictionary<string, Func<TestAuthority, IEnumerable<(string Name, string Token)>>> Rules = new()
    {
        ["no algorithm"] = NoAlgorithm,
        ["the public key as a shared secret"] = Confusion,
        ["another issuer"] = x => WithClaim(x, "iss",
            [null, "", x.Issuer + "/", x.Issuer.ToUpperInvariant(), x.Issuer[..^1], x.Issuer + "\u0000", " " + x.Issuer, "https://evil.example", x.Issuer.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), new[] { x.Issuer }, 7, true]),
        ["another audience"] = x => WithClaim(x, "aud",
            [null, "", "other", LoginHosts.Audience + "x", LoginHosts.Audience[..^1], LoginHosts.Audience.ToUpperInvariant(), " " + LoginHosts.Audience, $"{LoginHosts.Audience} other", $"{LoginHosts.Audience},other",
             Array.Empty<string>(), new[] { "other" }, new object[] { 7, false }, new object[] { new[] { LoginHosts.Audience } }, 7, true, new Claims { ["aud"] = LoginHosts.Audience }]),
        ["an audience that is only a client's"] = x => [("client_id", x.Token(Canary, c => (c["aud"], c["client_id"]) = (null, LoginHosts.Audience))), ("azp", x.Token(Canary, c => (c["aud"], c["azp"]) = (null, LoginHosts.Audience)))],
        ["over, or not begun"] = Times,
        ["nobody"] = Nobody,
        ["another key's id"] = KeyIds,
        ["a key that it brings itself"] = OwnKeys,
        ["somebody else's key"] = OtherKeys,
        ["a signature that is not right"] = Signatures,
        ["another type"] = x => new object[] { "", "JWE", "id_token", "ID+JWT", "logout+jwt", "dpop+jwt", "secevent+jwt", "jwt+at", "application/jwt2", "at+jwt ", 7, true, new[] { "JWT" }, new Claims() }
            .Select(type => ($"typ {JsonSerializer.Serialize(type)}", x.Token(Canary, header: h => h["typ"] = type))),
        ["what must be understood and is not"] = x =>
        [
            ("crit b64", x.Token(Canary, header: h => (h["crit"], h["b64"]) = (new[] { "b64" }, false))), ("b64", x.Token(Canary, header: h => h["b64"] = false)),
            ("crit exp", x.Token(Canary, header: h => h["crit"] = new[] { "exp" })), ("crit empty", x.Token(Canary, header: h => h["crit"] = Array.Empty<string>())),
        ],
        ["no token's form"] = Forms,
        ["JSON that two readers read differently"] = TwoReaders,
        ["too much"] = x => new[] { 12_500, 17_000, 22_000 }.Select(size => ($"{size} bytes", x.Token(Canary, c => c["more"] = new string('a', size)))),
        ["an API key's form"] = ApiKeys,
        ["one character that is another"] = Mutations,
    };

    private static TestKey Attacker { get; } = TestKey.OfRsa("attacker");

    private static TestKey AttackerEc { get; } = TestKey.OfEc("attacker-ec", ECCurve.NamedCurves.nistP256, "ES256");

    private static IEnumerable<(string, string)> WithClaim(TestAuthority x, string name, object?[] values) =>
        values.Select(value => ($"{name} {JsonSerializer.Serialize(value)}", x.Token(Canary, c => c[name] = value)));

    private static IEnumerable<(string, string)> NoAlgorithm(TestAuthority x)
    {
        var payload = TestToken.Json(x.Claims(Canary));
        foreach (var algorithm in new object?[] { "none", "None", "NONE", "nOnE", "none ", "", null, 0, false, "RS257", "rs256", "RS256 ", "ＲＳ２５６", "RSA", "dir", "A128KW", "RSA-OAEP", "EdDSA", "ES256K", new[] { "RS256" } })
        {
            var header = TestToken.Json(new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = x.Rsa.Id });
            var name = $"alg {JsonSerializer.Serialize(algorithm)}";
            yield return ($"{name}, no signature", $"{TestToken.Part(header)}.{TestToken.Part(payload)}.");
            yield return ($"{name}, any signature", $"{TestToken.Part(header)}.{TestToken.Part(payload)}.AAAA");
            yield return ($"{name}, a right signature", TestToken.Sign(header, payload, data => x.Rsa.Sign(data, "RS256")));
        }
    }

    private static IEnumerable<(string, string)> Confusion(TestAuthority x)
    {
        foreach (var algorithm in new[] { "HS256", "HS384", "HS512" })
            foreach (var key in new[] { x.Rsa, x.P256, x.P384, x.P521 })
                foreach (var (name, secret) in SecretsOf(key))
                    yield return ($"{algorithm} {key.Id} {name}", TestToken.SignHmac(new() { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = key.Id }, x.Claims(Canary), secret));
    }

    private static IEnumerable<(string, byte[])> SecretsOf(TestKey key)
    {
        var pem = key.Public.ExportSubjectPublicKeyInfoPem();
        yield return ("PEM", Encoding.ASCII.GetBytes(pem));
        yield return ("PEM and a line's end", Encoding.ASCII.GetBytes(pem + "\n"));
        yield return ("DER", key.Public.ExportSubjectPublicKeyInfo());
        yield return ("JWK", JsonSerializer.SerializeToUtf8Bytes(key.Jwk));
        yield return ("a number of the JWK", Base64Url.DecodeFromChars((string)(key.Jwk.GetValueOrDefault("n") ?? key.Jwk["x"])!));
        yield return ("its id", Encoding.ASCII.GetBytes(key.Id));
        yield return ("nothing", []);
        if (key.Public is RSA rsa)
        {
            yield return ("PKCS #1 PEM", Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem()));
            yield return ("PKCS #1 DER", rsa.ExportRSAPublicKey());
        }
    }

    private static IEnumerable<(string, string)> Times(TestAuthority x)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return
        [
            .. WithClaim(x, "exp", [null, now - 31, now - 3600, now - (10 * 365 * 86400), 0, -1, -now, long.MinValue, "", "never", true, new[] { now + 3600 }, new Claims { ["at"] = now + 3600 }, 1e300, (now + 3600) * 1000.0 * 1e12]),
            .. WithClaim(x, "nbf", [now + 90, now + 3600, now + 7200, now + (10 * 365 * 86400)]),
            ("ends before it begins", x.Token(Canary, c => (c["nbf"], c["exp"]) = (now + 20, now + 10))),
        ];
    }

    private static IEnumerable<(string, string)> Nobody(TestAuthority x) =>
    [
        .. WithClaim(x, "sub", [null, "", " ", "\t", "   \u00a0", 7, true, 1.5, new[] { Canary }, new[] { "ana", Canary }, Array.Empty<string>(), new Claims { ["sub"] = "ana" }, new string('a', 256), new string('a', 5000),
            "ana\n", "\0", "ana\u0000x", "\u007f", "ana\u0085", new string('é', 256)]),
        ("half a pair", TestToken.Sign(TestToken.Json(new() { ["alg"] = "RS256", ["kid"] = x.Rsa.Id }), TestToken.Json(x.Claims("PLACE")).Replace("PLACE", "\\ud800", StringComparison.Ordinal), data => x.Rsa.Sign(data, "RS256"))),
        ("only an e-mail address", x.Token(Canary, c => (c["sub"], c["email"]) = (null, "ana@example.com"))),
        ("its name in capitals", x.Token(Canary, c => (c["sub"], c["SUB"]) = (null, "ana"))),
        ("null", TestToken.Sign(TestToken.Json(new() { ["alg"] = "RS256", ["kid"] = x.Rsa.Id }), TestToken.Json(x.Claims("PLACE")).Replace("\"PLACE\"", "null", StringComparison.Ordinal), data => x.Rsa.Sign(data, "RS256"))),
    ];

    private static IEnumerable<(string, string)> KeyIds(TestAuthority x)
    {
        foreach (var id in new object?[] { null, "", " ", "rsa-2", "RSA-1", "rsa-1 ", "rsa-1\0", "../../../../dev/null", "/dev/null", "..\\..\\nul", "file:///etc/passwd", "https://evil.example/key", "' OR '1'='1", "rsa-1'--", "${jndi:ldap://evil}",
            new string('k', 4000), "ключ", "🔑", "*", 1, true, new[] { x.Rsa.Id }, new Claims { ["kid"] = x.Rsa.Id } })
        {
            yield return ($"kid {JsonSerializer.Serialize(id)}"[..Math.Min(60, $"kid {JsonSerializer.Serialize(id)}".Length)], x.Token(Canary, header: h => h["kid"] = id));
            yield return ("the same, signed with nothing", TestToken.SignHmac(new() { ["alg"] = "HS256", ["kid"] = id }, x.Claims(Canary), []));
        }

        foreach (var (mine, other) in new[] { (x.Rsa, x.P256), (x.P256, x.Rsa), (x.P256, x.P384), (x.P384, x.P521), (x.P521, x.P256) })
            yield return ($"{mine.Id} as {other.Id}", x.Token(Canary, key: mine, header: h => h["kid"] = other.Id));
    }

    private static IEnumerable<(string, string)> OwnKeys(TestAuthority x)
    {
        foreach (var key in new[] { Attacker, AttackerEc })
            foreach (var id in new[] { key.Id, x.Rsa.Id, null })
                foreach (var (name, value) in new (string, object)[]
                {
            ("jwk", key.Jwk), ("jku", "https://evil.example/keys"), ("jku", $"{x.Issuer}/keys"), ("x5u", "https://evil.example/cert.pem"), ("x5u", "file:///dev/null"),
            ("x5c", new[] { Convert.ToBase64String(key.Public.ExportSubjectPublicKeyInfo()) }), ("x5t", "AAAA"), ("x5t#S256", "AAAA"),
                })
                    yield return ($"{name} of {key.Id} as {id ?? "nobody"}", x.Token(Canary, key: key, header: h => (h["kid"], h[name]) = (id, value)));
    }

    private static IEnumerable<(string, string)> OtherKeys(TestAuthority x)
    {
        foreach (var algorithm in TestToken.Algorithms)
        {
            var real = x.KeyFor(algorithm);
            using var other = real.Public is RSA ? TestKey.OfRsa(real.Id) : TestKey.OfEc(real.Id, ((ECDsa)real.Public).ExportParameters(false).Curve, algorithm);
            yield return (algorithm, x.Token(Canary, key: other, algorithm: algorithm));
        }
    }

    private static IEnumerable<(string, string)> ApiKeys(TestAuthority x)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var secret = new string('A', 43);
        return new[]
        {
            "cia_", "cia_x", $"cia_{id}", $"cia_{id}_", $"cia_{id}_{secret}", $"cia_{id}_{secret}A", $"cia_{id}_{secret[..^1]}", $"cia_{id.ToUpperInvariant()}_{secret}", $"cia_{id}-{secret}", $"CIA_{id}_{secret}",
            $"cia_{Guid.Empty:N}_{secret}", $"cia_{new string('z', 32)}_{secret}", $"cia_{id}_{new string('é', 43)}", $"cia_{new string('٣', 32)}_{secret}", $"cia_{id}_{secret}.a.b", $"cia_{new string('a', 20_000)}", $"cia_{x.Token(Canary)}",
        }.Select((token, n) => ($"key {n}", token));
    }
}
