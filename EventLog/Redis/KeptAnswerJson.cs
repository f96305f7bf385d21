using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudIa.EventLog.Redis;

internal static class KeptAnswerJson
{
    // As in ClientEventJson: non-ASCII text stays as it is.
    private static readonly KeptAnswerJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Serialize(KeptAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, Context.KeptAnswer);

    /// <exception cref="JsonException">The text is not a kept answer.</exception>
    public static KeptAnswer Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Context.KeptAnswer) ?? throw new JsonException("A kept answer is null.");
}

[JsonSerializable(typeof(KeptAnswer))]
internal sealed partial class KeptAnswerJsonContext : JsonSerializerContext;
