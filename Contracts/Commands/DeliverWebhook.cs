namespace CloudIa.Contracts;

/// <summary>Tells one webhook how an attempt ended: one try. Sent and handled by Notifier. It has ids and small facts, never what was said.</summary>
/// <remarks>
/// Safe to send twice: a try that is recorded already is not made again. A try that was made and not recorded, because the process died in between, is
/// made again, under the same <c>webhook-id</c>.
/// </remarks>
public sealed record DeliverWebhook
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>The owner of job and webhook.</summary>
    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    public required Guid WebhookId { get; init; }

    public required JobOutcome Outcome { get; init; }

    /// <summary>A code of <see cref="JobFailures"/> where the job did not complete; else null.</summary>
    public string? FailureCode { get; init; }

    /// <summary>When the attempt's end was told: the event's time, the same for all tries.</summary>
    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>From 1.</summary>
    public required int Try { get; init; }

    /// <summary>What comes earlier is sent on: SQS holds a message back for 15 minutes at most. Null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How often this try's command was sent on because it came before its time.</summary>
    public int Hop { get; init; }
}
