using MassTransit;
using MassTransit.Logging;
using MassTransit.Transports;

namespace CloudIa.Transport.Sending;

/// <summary>
/// Headers as message attributes. The envelope has all of them; an attribute is for what is read before the body, and for
/// the headers that the transport itself adds. So what is over AWS's ten is dropped by rank.
/// </summary>
internal sealed class MessageAttributes(AllowTransportHeader? allow)
{
    public const string ContentType = "Content-Type";
    public const string CorrelationId = "CorrelationId";

    // An exception's message can be of any length, and a message may be near the limit already.
    private const int LongestFault = 1024;

    private readonly TransportSetHeaderAdapter<string> _adapter =
        new(new StringHeaders(allow), TransportHeaderOptions.IncludeFaultMessage);

    public Dictionary<string, string> Of(SendContext context)
    {
        var attributes = new Dictionary<string, string>();
        _adapter.Set(attributes, context.Headers);
        if (context.ContentType is { } contentType)
            attributes[ContentType] = contentType.ToString();
        if (context.CorrelationId is { } correlationId)
            attributes[CorrelationId] = correlationId.ToString();
        return Trim(attributes);
    }

    /// <summary>A received message's attributes with the transport's own headers in place of those it came with.</summary>
    public Dictionary<string, string> Moved(IEnumerable<KeyValuePair<string, string>> received, Action<Dictionary<string, string>,
        TransportSetHeaderAdapter<string>> add)
    {
        var attributes = received.Where(x => !x.Key.StartsWith("MT-", StringComparison.Ordinal)).ToDictionary();
        add(attributes, _adapter);
        if (attributes.TryGetValue(MessageHeaders.FaultMessage, out var fault) && fault.Length > LongestFault)
            attributes[MessageHeaders.FaultMessage] = fault[..LongestFault];
        return Trim(attributes);
    }

    public static Dictionary<string, string> Trim(Dictionary<string, string> attributes)
    {
        // AWS refuses a message for one attribute without a value, with a name it does not take, or with a control character.
        foreach (var (name, value) in attributes.ToList())
        {
            if (string.IsNullOrEmpty(value) || !AttributeText.IsName(name))
                attributes.Remove(name);
            else
                attributes[name] = AttributeText.Clean(value);
        }

        if (attributes.Count <= AwsLimits.MessageAttributes)
            return attributes;

        return attributes.OrderBy(x => Rank(x.Key)).ThenBy(x => x.Key, StringComparer.Ordinal)
            .Take(AwsLimits.MessageAttributes).ToDictionary();
    }

    /// <summary>Leaves out what is needed least; false when nothing is left.</summary>
    public static bool DropLeast<T>(Dictionary<string, string> attributes, Dictionary<string, T> typed)
    {
        if (typed.Count > 0)
            return typed.Remove(typed.Keys.First());

        return attributes.Count > 0 && attributes.Remove(attributes.Keys.OrderBy(Rank).ThenBy(x => x, StringComparer.Ordinal).Last());
    }

    private static int Rank(string name) => name switch
    {
        ContentType => 0,
        DiagnosticHeaders.ActivityId or DiagnosticHeaders.ActivityCorrelationContext => 1,
        MessageHeaders.RedeliveryCount => 2,
        MessageHeaders.Reason or MessageHeaders.FaultInputAddress => 3,
        MessageHeaders.FaultMessage or MessageHeaders.FaultExceptionType => 4,
        CorrelationId or MessageHeaders.FaultStackTrace => 5,
        _ => 6,
    };

    private sealed class StringHeaders(AllowTransportHeader? allow) : IHeaderValueConverter<string>
    {
        public bool TryConvert(HeaderValue headerValue, out HeaderValue<string> result) =>
            headerValue.IsStringValue(out result) && (allow?.Invoke(result) ?? true);

        public bool TryConvert<T>(HeaderValue<T> headerValue, out HeaderValue<string> result) =>
            headerValue.IsStringValue(out result) && (allow?.Invoke(result) ?? true);
    }
}
