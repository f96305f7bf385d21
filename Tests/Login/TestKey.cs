using System.Buffers.Text;
using System.Security.Cryptography;

namespace CloudIa.Tests.Login;

/// <summary>A key to sign tokens with.</summary>
internal sealed class TestKey : IDisposable
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    private TestKey(string id, string algorithm, RSA? rsa, ECDsa? ec) => (Id, Algorithm, _rsa, _ec) = (id, algorithm, rsa, ec);

    public string Id { get; }

    /// <summary>What it signs with where nothing else is said.</summary>
    public string Algorithm { get; }

    public AsymmetricAlgorithm Public => (AsymmetricAlgorithm?)_rsa ?? _ec!;

    /// <summary>As the authority publishes it.</summary>
    public Dictionary<string, object?> Jwk
    {
        get
        {
            if (_rsa is not null)
            {
                var rsa = _rsa.ExportParameters(includePrivateParameters: false);
                return new() { ["kty"] = "RSA", ["use"] = "sig", ["kid"] = Id, ["n"] = Base64Url.EncodeToString(rsa.Modulus), ["e"] = Base64Url.EncodeToString(rsa.Exponent) };
            }

            var ec = _ec!.ExportParameters(includePrivateParameters: false);
            return new()
            {
                ["kty"] = "EC",
                ["use"] = "sig",
                ["kid"] = Id,
                ["crv"] = $"P-{_ec.KeySize}",
                ["x"] = Base64Url.EncodeToString(ec.Q.X),
                ["y"] = Base64Url.EncodeToString(ec.Q.Y),
            };
        }
    }

    public static TestKey OfRsa(string id, int bits = 2048) => new(id, "RS256", RSA.Create(bits), null);

    public static TestKey OfEc(string id, ECCurve curve, string algorithm) => new(id, algorithm, null, ECDsa.Create(curve));

    public byte[] Sign(byte[] data, string algorithm)
    {
        var hash = new HashAlgorithmName($"SHA{algorithm[2..]}");
        return _rsa is not null
            ? _rsa.SignData(data, hash, algorithm.StartsWith('P') ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1)
            : _ec!.SignData(data, hash);
    }

    public void Dispose() => Public.Dispose();
}
