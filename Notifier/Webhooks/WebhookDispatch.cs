using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Webhooks;
using MassTransit;

namespace CloudIa.Notifier.Webhooks;

/// <summary>Begins a delivery for each webhook that wants to know of an attempt's end.</summary>
/// <remarks>Safe to repeat: a delivery's row is written once, and a try that is recorded in it is not made again.</remarks>
internal sealed class WebhookDispatch(UserWebhooks webhooks, IDeliveryStore deliveries, TimeProvider time)
{
    /// <returns>How many there are.</returns>
    public async Task<int> BeginAsync(ConsumeContext<NotifyClient> context, DateTimeOffset timestamp)
    {
        var ended = context.Message;
        var type = WebhookEvents.Of(ended.Outcome);
        var count = 0;
        foreach (var webhook in await webhooks.GetAsync(ended.UserId, context.CancellationToken))
        {
            if (!webhook.Wants(ended.ChatId, type))
                continue;

            count++;
            await deliveries.AddAsync(
                new WebhookDelivery
                {
                    JobId = ended.JobId,
                    Attempt = ended.Attempt,
                    WebhookId = webhook.WebhookId,
                    Host = webhook.Host,
                    State = WebhookDeliveryStates.Pending,
                    CreatedAt = time.GetUtcNow(),
                },
                context.CancellationToken);
            await context.SendAsync(
                new DeliverWebhook
                {
                    JobId = ended.JobId,
                    Attempt = ended.Attempt,
                    UserId = ended.UserId,
                    ChatId = ended.ChatId,
                    WebhookId = webhook.WebhookId,
                    Outcome = ended.Outcome,
                    FailureCode = ended.FailureCode,
                    Timestamp = timestamp,
                    Try = 1,
                },
                time.GetUtcNow());
        }

        return count;
    }
}
