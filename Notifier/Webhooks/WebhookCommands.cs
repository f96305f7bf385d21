using CloudIa.Contracts;
using CloudIa.ServiceDefaults.Messaging.Rings;
using MassTransit;

namespace CloudIa.Notifier.Webhooks;

internal static class WebhookCommands
{
    /// <summary>Sends a try's command under its own id, to come at its time, or as late as SQS can hold it back.</summary>
    public static async Task SendAsync(this ConsumeContext context, DeliverWebhook command, DateTimeOffset now)
    {
        var endpoint = await context.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.DeliverWebhook));
        await endpoint.Send(command, Pipe.Execute<SendContext<DeliverWebhook>>(send =>
        {
            send.MessageId = DerivedId.OfWebhookTry(command.JobId, command.Attempt, command.WebhookId, command.Try, command.Hop);
            if (command.NotBefore - now is { } wait && wait > TimeSpan.Zero)
                send.Delay = wait < RingExtensions.LongestDelay ? wait : RingExtensions.LongestDelay;
        }), context.CancellationToken);
    }
}
