using System.Text.Json;
using MassTransit;
using MassTransit.Metadata;
using MassTransit.Middleware;
using MassTransit.Serialization;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>What MassTransit's <see cref="OutboxMessageSendPipe"/> makes a message from.</summary>
internal sealed class StoredMessageContext(OutboxMessage message, long number) : OutboxMessageContext
{
    public long SequenceNumber => number;

    public Guid MessageId => message.MessageId;

    Guid? MessageContext.MessageId => message.MessageId;

    public Guid? RequestId => message.RequestId;

    public Guid? CorrelationId => message.CorrelationId;

    public Guid? ConversationId => message.ConversationId;

    public Guid? InitiatorId => message.InitiatorId;

    public DateTime? ExpirationTime => message.ExpirationTime;

    public Uri? SourceAddress => message.SourceAddress;

    public Uri? DestinationAddress => message.DestinationAddress;

    public Uri? ResponseAddress => message.ResponseAddress;

    public Uri? FaultAddress => message.FaultAddress;

    public DateTime? SentTime => message.SentTime;

    public Headers Headers { get; } = new DictionarySendHeaders(Read<object?>(message.Headers));

    public HostInfo Host => HostMetadataCache.Host;

    public string ContentType => message.ContentType;

    public string MessageType => string.Join(';', message.MessageType);

    public string Body => message.BodyText();

    public IReadOnlyDictionary<string, object> Properties { get; } = Read<object>(message.Properties);

    private static Dictionary<string, T> Read<T>(JsonElement? values) =>
        SystemTextJsonMessageSerializer.Instance.DeserializeDictionary<T>(values?.GetRawText()) ?? new(StringComparer.OrdinalIgnoreCase);
}
