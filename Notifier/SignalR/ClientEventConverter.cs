using System.Text.Json;
using System.Text.Json.Serialization;
using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.SignalR;

/// <summary>
/// Makes SignalR write events as every other wire does. By itself it would serialise the runtime type, and so leave out which event it is.
/// </summary>
internal sealed class ClientEventConverter : JsonConverter<ClientEvent>
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsSubclassOf(typeof(ClientEvent));

    public override ClientEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Clients send no events to the hub.");

    public override void Write(Utf8JsonWriter writer, ClientEvent value, JsonSerializerOptions options) =>
        writer.WriteRawValue(ClientEventJson.SerializeToUtf8Bytes(value), skipInputValidation: true);
}
