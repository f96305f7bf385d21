using System.Text;
using System.Text.Json;

namespace CloudIa.Tests.Canaries;

/// <summary>A text that only its owner may see, and the forms in which it would stand in an output: as it is, in a query, in JSON, in Base64.</summary>
internal sealed class Canary(string name, string text)
{
    /// <summary>What is left of a text's Base64 at each of the three places where it may begin, without the characters that its neighbours share.</summary>
    private readonly string[] _forms =
    [
        text, Uri.EscapeDataString(text), JsonSerializer.Serialize(text).Trim('"'), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)), .. Enumerable.Range(0, 3).Select(x => Base64(text, x)),
    ];

    public string Name => name;

    public string Text => text;

    public bool IsIn(string output) => Array.Exists(_forms, x => output.Contains(x, StringComparison.OrdinalIgnoreCase));

    public static Canary New(string name) => new(name, $"canary-{name}-{Guid.CreateVersion7():N}");

    private static string Base64(string text, int before)
    {
        byte[] bytes = [.. new byte[before], .. Encoding.UTF8.GetBytes(text)];
        var whole = bytes.Length / 3 * 4;
        return Convert.ToBase64String(bytes)[(before == 0 ? 0 : 4)..whole];
    }
}
