using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Store;
using CloudIa.Webhooks;
using CloudIa.Webhooks.Sending;
using MassTransit;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Webhooks;

/// <summary>Makes one try to tell a webhook how an attempt ended, records it, and sends the next one's command where there is to be one. In this order.</summary>
/// <remarks>
/// A process that dies after the request and before the record makes the try again: the receiver knows it by its <c>webhook-id</c>. One that dies after
/// the record and before the next command finds the record when its message comes again, and sends the command then.
/// </remarks>
internal sealed partial class DeliverWebhookConsumer(IWebhookStore webhooks, IDeliveryStore deliveries, IJobStore jobs, IWebhookMarks marks, LastEvents lastEvents,
    WebhookSender sender, RetryTimes retries, NotifierMetrics metrics, TimeProvider time, IOptions<WebhookOptions> options,
    ILogger<DeliverWebhookConsumer> logger) : IConsumer<DeliverWebhook>
{
    public async Task Consume(ConsumeContext<DeliverWebhook> context)
    {
        var command = context.Message;
        var cancellationToken = context.CancellationToken;
        if (command.NotBefore > time.GetUtcNow())
        {
            await context.SendAsync(command with { Hop = command.Hop + 1 }, time.GetUtcNow());
            return;
        }

        var before = await deliveries.GetAsync(command.JobId, command.WebhookId, command.Attempt, cancellationToken);
        if (before is not null && (before.IsFinal || before.Tries >= command.Try))
        {
            LogDone(command.JobId, command.Attempt, command.WebhookId, command.Try);
            await ContinueAsync(context, before);
            return;
        }

        // Its user has had the job deleted, and its deliveries with it.
        if (before is null && await jobs.GetAsync(command.JobId, cancellationToken) is { ErasedAt: not null })
        {
            LogErased(command.JobId, command.Attempt, command.WebhookId);
            return;
        }

        var webhook = await webhooks.GetAsync(command.UserId, command.WebhookId, cancellationToken);
        var after = await TryAsync(command, webhook, before, cancellationToken);
        if (!await deliveries.TryReplaceAsync(before, after, cancellationToken))
        {
            // By another one with the same message, or by this very call, whose answer was lost: what is there counts.
            after = await deliveries.GetAsync(command.JobId, command.WebhookId, command.Attempt, cancellationToken);
        }

        if (after is not null)
            await ContinueAsync(context, after);
    }

    private async Task<WebhookDelivery> TryAsync(DeliverWebhook command, WebhookRecord? webhook, WebhookDelivery? before, CancellationToken cancellationToken)
    {
        var delivery = before ?? new WebhookDelivery
        {
            JobId = command.JobId,
            Attempt = command.Attempt,
            WebhookId = command.WebhookId,
            Host = webhook is null ? "" : new Uri(webhook.Url).Host,
            State = WebhookDeliveryStates.Pending,
            CreatedAt = time.GetUtcNow(),
        };
        if (webhook is null)
            return GiveUp(delivery, WebhookFailures.Deleted);

        if (webhook.DisabledReason is { } reason)
            return GiveUp(delivery, WebhookFailures.Disabled(reason));

        if (await EventAsync(command, cancellationToken) is not { } last)
            return GiveUp(delivery, WebhookFailures.ContentGone);

        var body = WebhookBody.Of(WebhookEvents.Of(command.Outcome), last, options.Value.MaxContentBytes);
        var messageId = $"msg_{DerivedId.OfWebhookEvent(command.JobId, command.Attempt, command.WebhookId):N}";
        var answer = await sender.SendAsync(webhook, messageId, body, cancellationToken);
        metrics.WebhookTried(answer.Failure);
        LogTried(command.JobId, command.Attempt, command.WebhookId, command.Try, answer.Status, answer.Failure);

        var now = time.GetUtcNow();
        delivery = delivery with { Host = new Uri(webhook.Url).Host, Tries = command.Try, LastStatus = answer.Status, Reason = answer.Failure, LastTriedAt = now };
        if (answer.IsDelivered)
        {
            if (webhook.FailingSince is not null)
                await webhooks.SetFailingAsync(command.UserId, command.WebhookId, since: null, cancellationToken);

            return delivery with { State = WebhookDeliveryStates.Delivered, DeliveredAt = now, NextTryAt = null };
        }

        if (answer.IsGone)
        {
            await DisableAsync(command, WebhookDisabledReasons.Gone, cancellationToken);
            return delivery with { State = WebhookDeliveryStates.Undelivered, NextTryAt = null };
        }

        if (webhook.FailingSince is null)
            await webhooks.SetFailingAsync(command.UserId, command.WebhookId, now, cancellationToken);

        if (retries.Next(command.Try, answer.RetryAfter) is { } wait)
            return delivery with { State = WebhookDeliveryStates.Pending, NextTryAt = now + wait };

        if (now - webhook.FailingSince >= options.Value.DisableAfter)
            await DisableAsync(command, WebhookDisabledReasons.Failing, cancellationToken);

        return delivery with { State = WebhookDeliveryStates.Undelivered, NextTryAt = null };
    }

    /// <summary>The command of the next try, where the one that this message was for is the last that was recorded.</summary>
    private async Task ContinueAsync(ConsumeContext<DeliverWebhook> context, WebhookDelivery delivery)
    {
        var command = context.Message;
        if (delivery.State == WebhookDeliveryStates.Pending && delivery.Tries == command.Try)
            await context.SendAsync(command with { Try = command.Try + 1, NotBefore = delivery.NextTryAt, Hop = 0 }, time.GetUtcNow());
    }

    /// <summary>The event as the attempt's listeners got it, from what is kept of its answer. Null: it is kept no longer.</summary>
    private async Task<ClientEvent?> EventAsync(DeliverWebhook command, CancellationToken cancellationToken)
    {
        var ended = new NotifyClient
        {
            JobId = command.JobId,
            Attempt = command.Attempt,
            UserId = command.UserId,
            ChatId = command.ChatId,
            Outcome = command.Outcome,
            FailureCode = command.FailureCode,
        };
        try
        {
            var last = command.Outcome == JobOutcome.Completed ? await lastEvents.CompletedAsync(ended, cancellationToken) : lastEvents.WithoutAnswer(ended);
            return last with { Timestamp = command.Timestamp };
        }
        catch (AnswerMissingException)
        {
            // It was there when the listeners were told.
            return null;
        }
    }

    private async Task DisableAsync(DeliverWebhook command, string reason, CancellationToken cancellationToken)
    {
        await webhooks.DisableAsync(command.UserId, command.WebhookId, reason, time.GetUtcNow(), cancellationToken);
        await marks.ChangeAsync(command.UserId, cancellationToken);
        LogDisabled(command.WebhookId, reason);
    }

    private static WebhookDelivery GiveUp(WebhookDelivery delivery, string reason) =>
        delivery with { State = WebhookDeliveryStates.Undelivered, Reason = reason, NextTryAt = null };

    [LoggerMessage(50, LogLevel.Information, "Job {JobId}, attempt {Attempt}: webhook {WebhookId}, try {Try}: status {Status}, failure {Failure}")]
    private partial void LogTried(Guid jobId, int attempt, Guid webhookId, int @try, int? status, string? failure);

    [LoggerMessage(51, LogLevel.Debug, "Job {JobId}, attempt {Attempt}: webhook {WebhookId}, try {Try} is recorded already")]
    private partial void LogDone(Guid jobId, int attempt, Guid webhookId, int @try);

    [LoggerMessage(52, LogLevel.Warning, "Webhook {WebhookId} is disabled: {Reason}")]
    private partial void LogDisabled(Guid webhookId, string reason);

    [LoggerMessage(53, LogLevel.Information, "Job {JobId}, attempt {Attempt}: webhook {WebhookId} is not told, the job was deleted")]
    private partial void LogErased(Guid jobId, int attempt, Guid webhookId);
}
