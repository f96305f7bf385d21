using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Sending;

namespace CloudIa.Transport.Receiving;

internal static class MessageGroup
{
    /// <summary>
    /// As SQS says it or, on a standard queue of a server that does not keep it there (fair queues came in 2025, and stand-ins are later), as the sender wrote it
    /// beside.
    /// </summary>
    public static string? Of(Message message) =>
        message.Attributes?.GetValueOrDefault(MessageSystemAttributeName.MessageGroupId) is { Length: > 0 } group ? group
        : message.MessageAttributes?.GetValueOrDefault(TransportProperties.GroupId)?.StringValue is { Length: > 0 } beside ? beside
        : null;
}
