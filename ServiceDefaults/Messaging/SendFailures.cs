#if !MASSTRANSIT_AWS_OFFICIAL
using MassTransit;
#endif

namespace CloudIa.ServiceDefaults.Messaging;

/// <summary>What a send that failed says of its message.</summary>
public static class SendFailures
{
    /// <summary>Whether the message may be in its queue all the same: true unless it is known that it is not.</summary>
    public static bool MayBeSent(this Exception exception) => exception switch
    {
#if !MASSTRANSIT_AWS_OFFICIAL
        AmazonSqsConnectionException connection => connection.MayBeSent,
        AmazonSqsTransportException transport => transport.MayBeSent,
#endif
        _ => true,
    };
}
