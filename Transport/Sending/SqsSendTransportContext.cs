using CloudIa.Transport.Connection;
using CloudIa.Transport.Hosting;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Sending;

/// <summary>
/// One destination's send transport. A failed send fails: it is not repeated for minutes, as who waits for it (an HTTP
/// request) can do better.
/// </summary>
internal sealed class SqsSendTransportContext(SqsHostConfiguration host, ISerialization serialization, Destination destination) :
    BaseSendTransportContext(host, serialization),
    SendTransportContext<SqsClientContext>
{
    private readonly MessageAttributes _attributes = new(host.Settings.AllowTransportHeader);

    public override string EntityName => destination.Name;

    public override string ActivitySystem => "aws_sqs";

    public Task Send(IPipe<SqsClientContext> pipe, CancellationToken cancellationToken = default) =>
        pipe.Send(new SqsClientContext(host.Connection, host, cancellationToken));

    public void Probe(ProbeContext context) => context.CreateScope("sqs").Add("entity", destination.Name);

    public override async Task<SendContext<T>> CreateSendContext<T>(T message, IPipe<SendContext<T>> pipe,
        CancellationToken cancellationToken)
    {
        var context = new SqsSendContext<T>(message, cancellationToken);
        await pipe.Send(context).ConfigureAwait(false);
        return context;
    }

    public Task<SendContext<T>> CreateSendContext<T>(SqsClientContext context, T message, IPipe<SendContext<T>> pipe,
        CancellationToken cancellationToken)
        where T : class =>
        CreateSendContext(message, pipe, cancellationToken);

    public Task Send<T>(SqsClientContext transportContext, SendContext<T> sendContext)
        where T : class
    {
        var context = (SqsSendContext<T>)sendContext;
        context.CancellationToken.ThrowIfCancellationRequested();
        var delay = destination.DelaySeconds(context.Delay);
        if (AwsLimits.IsFifo(destination.Name) && string.IsNullOrEmpty(context.GroupId))
        {
            throw new AmazonSqsTransportException(
                $"A {TypeCache<T>.ShortName} to {destination.Name} has no group, and each message to a FIFO queue or topic needs one: messages of a group come in order. " +
                "Say context.SetGroupId(…) where it is sent, or for all of them with cfg.ConfigureSend(x => x.UseSendExecute<T>(…)). It also needs " +
                "SetDeduplicationId(…), unless ContentBasedDeduplication is on.");
        }

        var attributes = _attributes.Of(context);
        // Beside, for servers that do not keep a standard queue's groups. Where there is no room it has to do without.
        if (Given(context.GroupId) is { } group && !AwsLimits.IsFifo(destination.Name) && attributes.Count < AwsLimits.MessageAttributes)
            attributes[TransportProperties.GroupId] = group;
        var message = new OutgoingMessage(context.Body.GetString(), attributes)
        {
            GroupId = Given(context.GroupId),
            DeduplicationId = Given(context.DeduplicationId),
            DelaySeconds = delay,
        };
        if (destination is TopicDestination && sendContext.Message is Fault or ReceiveFault && message.Size > AwsLimits.SnsPayloadBytes)
        {
            // A fault has the failed message in it. That it cannot be told must not take the place of what went wrong.
            LogContext.Warning?.Log("{MessageType} has {Size} bytes, and SNS takes {Limit}: it is not published. The failed message goes its way to the error queue",
                TypeCache<T>.ShortName, message.Size, AwsLimits.SnsPayloadBytes);
            return Task.CompletedTask;
        }

        return destination.SendAsync(transportContext.Connection, message, context.CancellationToken);
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
