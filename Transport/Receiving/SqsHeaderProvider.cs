using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Message attributes as headers, and what SQS itself knows of a message.</summary>
internal sealed class SqsHeaderProvider(Message message, SnsEnvelope? envelope) : IHeaderProvider
{
    public IEnumerable<KeyValuePair<string, object>> GetAll()
    {
        if (message.MessageAttributes?.ContainsKey(MessageHeaders.MessageId) != true)
            yield return new KeyValuePair<string, object>(MessageHeaders.MessageId, message.MessageId);

        foreach (var (key, value) in message.MessageAttributes ?? [])
        {
            if (value.StringValue is { } text)
                yield return new KeyValuePair<string, object>(key, text);
        }

        foreach (var (key, value) in envelope?.Attributes ?? [])
            yield return new KeyValuePair<string, object>(key, value);
    }

    public bool TryGetHeader(string key, [NotNullWhen(true)] out object? value)
    {
        value = Attribute(key) ?? envelope?.Attributes.GetValueOrDefault(key) ?? Known(key);
        return value is not null;
    }

    private string? Attribute(string key) => message.MessageAttributes?.GetValueOrDefault(key)?.StringValue;

    private object? Known(string key)
    {
        if (key.Equals(MessageHeaders.MessageId, StringComparison.OrdinalIgnoreCase))
            return message.MessageId;
        if (key.Equals("TopicArn", StringComparison.OrdinalIgnoreCase))
            return envelope?.TopicArn;
        if (key.Equals(MessageHeaders.TransportSentTime, StringComparison.OrdinalIgnoreCase))
            return SentTime();
        return null;
    }

    private DateTime? SentTime() =>
        long.TryParse(message.Attributes?.GetValueOrDefault(MessageSystemAttributeName.SentTimestamp), CultureInfo.InvariantCulture,
            out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime
            : null;
}
