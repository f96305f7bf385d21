using System.Text.Json;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>A message as the saga's value keeps it. What is null is left out.</summary>
internal sealed record OutboxMessage
{
    private const string Envelope = "application/vnd.masstransit+json";

    public required Guid MessageId { get; init; }

    public Guid? RequestId { get; init; }

    public Guid? CorrelationId { get; init; }

    public Guid? ConversationId { get; init; }

    public Guid? InitiatorId { get; init; }

    public required Uri DestinationAddress { get; init; }

    public Uri? SourceAddress { get; init; }

    public Uri? ResponseAddress { get; init; }

    public Uri? FaultAddress { get; init; }

    public DateTime? ExpirationTime { get; init; }

    public DateTime? SentTime { get; init; }

    public required string ContentType { get; init; }

    public required string[] MessageType { get; init; }

    /// <summary>MassTransit's envelope as it is, any other body as a string.</summary>
    public required JsonElement Body { get; init; }

    public JsonElement? Headers { get; init; }

    /// <summary>What the transport knows beside the envelope, such as a FIFO group or a delay.</summary>
    public JsonElement? Properties { get; init; }

    /// <summary>The text of the body, as the serializer wrote it but for white space.</summary>
    public string BodyText() => Body.ValueKind == JsonValueKind.String ? Body.GetString()! : Body.GetRawText();

    public static OutboxMessage Of<T>(SendContext<T> context)
        where T : class
    {
        var contentType = (context.ContentType ?? context.Serialization.DefaultContentType).ToString();
        var body = context.Serializer.GetMessageBody(context).GetString();
        Dictionary<string, object> properties = new(StringComparer.OrdinalIgnoreCase);
        (context as TransportSendContext)?.WritePropertiesTo(properties);
        return new()
        {
            MessageId = context.MessageId ?? throw new MessageException(typeof(T), "A message without a MessageId cannot go through the saga's outbox."),
            RequestId = context.RequestId,
            CorrelationId = context.CorrelationId,
            ConversationId = context.ConversationId,
            InitiatorId = context.InitiatorId,
            DestinationAddress = context.DestinationAddress ??
                throw new MessageException(typeof(T), "A message without a destination cannot go through the saga's outbox."),
            SourceAddress = context.SourceAddress,
            ResponseAddress = context.ResponseAddress,
            FaultAddress = context.FaultAddress,
            ExpirationTime = context.SentTime + context.TimeToLive,
            SentTime = context.SentTime,
            ContentType = contentType,
            MessageType = context.SupportedMessageTypes,
            Body = contentType == Envelope ? Compact(body) : JsonSerializer.SerializeToElement(body),
            Headers = Elements(context.Headers.GetAll()),
            Properties = Elements(properties),
        };
    }

    private static JsonElement Compact(string json)
    {
        using var document = JsonDocument.Parse(json);
        return JsonSerializer.SerializeToElement(document.RootElement);
    }

    private static JsonElement? Elements(IEnumerable<KeyValuePair<string, object>> values)
    {
        var dictionary = values.Where(x => x.Value is not null).ToDictionary(x => x.Key, x => x.Value, StringComparer.OrdinalIgnoreCase);
        return dictionary.Count == 0 ? null : JsonSerializer.SerializeToElement(dictionary, SystemTextJsonMessageSerializer.Options);
    }
}
