using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;

namespace CloudIa.Contracts.Client;

/// <summary>The one way in which client events become JSON, in the log and on every wire.</summary>
public static class ClientEventJson
{
    // Non-ASCII text stays as it is: an answer in Portuguese or Japanese would else grow up to sixfold. The frames are JSON, never HTML.
    private static readonly ClientEventJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowOutOfOrderMetadataProperties = true,
    });

    public static string Serialize(ClientEvent value) => JsonSerializer.Serialize(value, Context.ClientEvent);

    public static byte[] SerializeToUtf8Bytes(ClientEvent value) => JsonSerializer.SerializeToUtf8Bytes(value, Context.ClientEvent);

    /// <summary>The JSON Schema (2020-12) of each event, by its name.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Schemas() => Context.ClientEvent.GetJsonSchemaAsNode(new() { TreatNullObliviousAsNonNullable = true })["anyOf"]!.AsArray()
        .Select(x => x!.DeepClone().AsObject())
        .ToDictionary(x => x["properties"]!["event"]!["const"]!.GetValue<string>());

    /// <exception cref="JsonException">The text is not a client event.</exception>
    public static ClientEvent Deserialize(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, Context.ClientEvent) ?? throw new JsonException("A client event is null.");

    /// <summary>The event at a place of a job's log.</summary>
    /// <exception cref="JsonException">The text is not a client event.</exception>
    public static ClientEvent Deserialize(ReadOnlySpan<byte> json, long seq) => Deserialize(json) with { Seq = seq };
}

[JsonSerializable(typeof(ClientEvent))]
internal sealed partial class ClientEventJsonContext : JsonSerializerContext;
