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
        var message = new OutgoingMessage(context.Body.GetString(), _attributes.Of(context))
        {
            GroupId = Given(context.GroupId),
            DeduplicationId = Given(context.DeduplicationId),
            DelaySeconds = destination.DelaySeconds(context.Delay),
        };
        return destination.SendAsync(transportContext.Connection, message, context.CancellationToken);
    }

    private static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
