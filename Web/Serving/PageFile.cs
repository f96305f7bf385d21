using System.Security.Cryptography;

namespace CloudIa.Web;

/// <summary>A built file, as it is and compressed.</summary>
/// <param name="Path">From the root, with slashes: <c>index.html</c>, <c>assets/chat-1a2b3c4d.js</c>.</param>
internal sealed record PageFile(string Path, string ContentType, byte[] Plain, byte[] Brotli, byte[] Gzip)
{
    /// <summary>What is in it has a hash of its content in its name.</summary>
    public const string AssetsFolder = "assets/";

    private const string Index = "index.html";

    public bool IsAsset { get; } = Path.StartsWith(AssetsFolder, StringComparison.Ordinal);

    /// <summary>A page is where its folder is.</summary>
    public string Route { get; } = "/" + (Path == Index || Path.EndsWith("/" + Index, StringComparison.Ordinal) ? Path[..^Index.Length] : Path);

    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Plain).AsSpan(0, 16));
}
