using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CloudIa.Tests.Login;

internal static partial class BadTokens
{
    private static IEnumerable<(string, string)> Signatures(TestAuthority x)
    {
        foreach (var algorithm in TestToken.Algorithms)
        {
            var token = x.Token(Canary, key: x.KeyFor(algorithm), algorithm: algorithm);
            var text = token[..token.LastIndexOf('.')];
            var signature = Base64Url.DecodeFromChars(token.AsSpan(text.Length + 1));
            (string Name, byte[] Signature)[] wrong =
            [
                ("a bit of the first byte", Flip(signature, 0)), ("a bit in the middle", Flip(signature, signature.Length / 2)), ("a bit of the last byte", Flip(signature, signature.Length - 1)),
                ("a byte too few", signature[..^1]), ("half of it", signature[..(signature.Length / 2)]), ("one byte", signature[..1]), ("a byte too many", [.. signature, 0]), ("a byte before it", [0, .. signature]),
                ("twice", [.. signature, .. signature]), ("zeros", new byte[signature.Length]), ("ones", [.. Enumerable.Repeat((byte)0xFF, signature.Length)]), ("backwards", [.. signature.Reverse()]),
                ("of another token", Base64Url.DecodeFromChars(x.Token("other", key: x.KeyFor(algorithm), algorithm: algorithm).Split('.')[2])),
            ];
            foreach (var (name, bytes) in wrong)
                yield return ($"{algorithm}: {name}", $"{text}.{Base64Url.EncodeToString(bytes)}");

            yield return ($"{algorithm}: none", $"{text}.");
            yield return ($"{algorithm}: no part for it", text);
            yield return ($"{algorithm}: of another payload", $"{token.Split('.')[0]}.{TestToken.Part(TestToken.Json(x.Claims("ana")))}.{token.Split('.')[2]}");
            if (algorithm[0] == 'E')
            {
                var data = Encoding.ASCII.GetBytes(text);
                yield return ($"{algorithm}: in DER", $"{text}.{Base64Url.EncodeToString(((ECDsa)x.KeyFor(algorithm).Public).SignData(data, new($"SHA{algorithm[2..]}"), DSASignatureFormat.Rfc3279DerSequence))}");
                yield return ($"{algorithm}: its halves changed", $"{text}.{Base64Url.EncodeToString([.. signature[(signature.Length / 2)..], .. signature[..(signature.Length / 2)]])}");
            }
            else
            {
                foreach (var other in TestToken.Algorithms.Where(a => a[0] != 'E' && a != algorithm))
                    yield return ($"{algorithm} that says {other}", TestToken.Sign(TestToken.Json(new() { ["alg"] = other, ["kid"] = x.Rsa.Id }), TestToken.Json(x.Claims(Canary)), bytes => x.Rsa.Sign(bytes, algorithm)));
            }
        }
    }

    private static IEnumerable<(string, string)> Forms(TestAuthority x)
    {
        var good = x.Token(Canary);
        var (header, payload, signature) = (good.Split('.')[0], good.Split('.')[1], good.Split('.')[2]);
        string[] tokens =
        [
            "a", ".", "..", "...", "....", "a.b", "a.b.c", "a.b.c.d", "null", "undefined", "{}", "[]", "eyJ", "eyJ.eyJ.eyJ", "true", "Bearer", $"\"{good}\"", $"'{good}'", $"{{{good}}}", good + ".", "." + good, good + "..", good + "." + signature,
            $"{header}.{payload}", $"{header}..{signature}", $".{payload}.{signature}", $"{payload}.{header}.{signature}", $"{header}.{header}.{signature}", $"{header}=.{payload}.{signature}", $"{header}.{payload}=.{signature}",
            $"{header}.{payload}.{signature}==", $"{header}%2E{payload}%2E{signature}", good.Replace('.', ':'), good + "#", good + "?", good + ";", good + "\\", good + "é", good + "\u200b", "é" + good, good + "🔑", good + "%00", good + "&x=1", $"{good}+", $"{good}/", $"<{good}>",
            $"{header}.{payload}.!!!!", $"{header}.{payload}.{new string('A', 342)}", $"{header}.{payload}.{signature}.{payload}.{signature}",
        ];
        foreach (var (token, n) in tokens.Select((token, n) => (token, n)))
            yield return ($"form {n}", token);

        foreach (var (json, n) in new[] { "", " ", "null", "true", "7", "\"text\"", "[]", "[{}]", "{", "{}", "{}{}", "{} x", "{\"sub\":}", "{'sub':'ana'}", "{\"sub\":\"ana\",}", "// x\n{}", "\uFEFF{}", "{\"a\":" + new string('[', 2000) + new string(']', 2000) + "}", "<xml/>" }.Select((json, n) => (json, n)))
        {
            yield return ($"payload {n}", TestToken.Sign(TestToken.Json(new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = x.Rsa.Id }), json, data => x.Rsa.Sign(data, "RS256")));
            yield return ($"header {n}", TestToken.Sign(json, TestToken.Json(x.Claims(Canary)), data => x.Rsa.Sign(data, "RS256")));
        }

        yield return ("payload that is not UTF-8", Raw(x, [(byte)'{', (byte)'"', 0xC3, 0x28, (byte)'"', (byte)':', (byte)'1', (byte)'}']));
        yield return ("payload in UTF-16", Raw(x, Encoding.Unicode.GetBytes(TestToken.Json(x.Claims(Canary)))));
    }

    private static IEnumerable<(string, string)> TwoReaders(TestAuthority x)
    {
        var header = TestToken.Json(new() { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = x.Rsa.Id });
        var payload = TestToken.Json(x.Claims(Canary));
        foreach (var more in new[] { "\"sub\":\"ana\"", "\"iss\":\"https://evil.example\"", "\"aud\":\"other\"", "\"exp\":1", "\"exp\":99999999999", "\"nbf\":0", "\"roles\":\"reader\",\"roles\":\"operator\"", "\"\\u0073ub\":\"ana\"" })
        {
            yield return ($"{more} after", Sign(header, $"{payload[..^1]},{more}}}"));
            yield return ($"{more} before", Sign(header, $"{{{more},{payload[1..]}"));
        }

        foreach (var more in new[] { "\"alg\":\"none\"", "\"alg\":\"HS256\"", "\"alg\":\"RS256\"", "\"kid\":\"other\"", "\"typ\":\"JWT\"", "\"\\u0061lg\":\"RS256\"" })
        {
            yield return ($"{more} after", Sign($"{header[..^1]},{more}}}", payload));
            yield return ($"{more} before", Sign($"{{{more},{header[1..]}", payload));
        }

        string Sign(string head, string body) => TestToken.Sign(head, body, data => x.Rsa.Sign(data, "RS256"));
    }

    /// <summary>A good token with one character of its signed part changed, at places that a seed chose.</summary>
    private static IEnumerable<(string, string)> Mutations(TestAuthority x)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        foreach (var algorithm in new[] { "RS256", "ES256" })
        {
            var token = x.Token(Canary, key: x.KeyFor(algorithm), algorithm: algorithm).ToCharArray();
            var signed = Array.LastIndexOf(token, '.');
            for (var at = 0; at < signed; at += 7)
            {
                if (token[at] == '.')
                    continue;

                var changed = (char[])token.Clone();
                changed[at] = alphabet[(alphabet.IndexOf(changed[at], StringComparison.Ordinal) + 17) % alphabet.Length];
                yield return ($"{algorithm} at {at}", new string(changed));
            }
        }
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at] ^= 1;
        return flipped;
    }

    private static string Raw(TestAuthority x, byte[] payload)
    {
        var text = $"{TestToken.Part(TestToken.Json(new() { ["alg"] = "RS256", ["kid"] = x.Rsa.Id }))}.{Base64Url.EncodeToString(payload)}";
        return $"{text}.{Base64Url.EncodeToString(x.Rsa.Sign(Encoding.ASCII.GetBytes(text), "RS256"))}";
    }
}
