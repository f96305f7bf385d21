namespace MassTransit;

public static class AmazonSqsSendContextExtensions
{
    public static void SetGroupId(this SendContext context, string groupId) => Sqs(context).GroupId = groupId;

    public static bool TrySetGroupId(this SendContext context, string groupId) => Try(context, x => x.GroupId = groupId);

    public static void SetDeduplicationId(this SendContext context, string deduplicationId) =>
        Sqs(context).DeduplicationId = deduplicationId;

    public static bool TrySetDeduplicationId(this SendContext context, string deduplicationId) =>
        Try(context, x => x.DeduplicationId = deduplicationId);

    public static void SetDelay(this SendContext context, TimeSpan delay) => Sqs(context).Delay = delay;

    public static bool TrySetDelay(this SendContext context, TimeSpan delay) => Try(context, x => x.Delay = delay);

    private static AmazonSqsSendContext Sqs(SendContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.TryGetPayload<AmazonSqsSendContext>(out var sqs)
            ? sqs
            : throw new ArgumentException(
                $"A message to {context.DestinationAddress} does not leave through SQS or SNS, so it has no SQS properties. " +
                "Use the Try… method where the transport may be another.", nameof(context));
    }

    private static bool Try(SendContext context, Action<AmazonSqsSendContext> set)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.TryGetPayload<AmazonSqsSendContext>(out var sqs))
            return false;

        set(sqs);
        return true;
    }
}
