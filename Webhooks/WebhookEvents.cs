using CloudIa.Contracts;

namespace CloudIa.Webhooks;

/// <summary>The types of events that webhooks are told.</summary>
internal static class WebhookEvents
{
    /// <summary>Sent on request only, whatever a webhook has chosen.</summary>
    public const string Test = "webhook.test";

    /// <summary>What can be chosen.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<JobOutcome>().Select(Of)];

    public static string Of(JobOutcome outcome) => outcome switch
    {
        JobOutcome.Completed => "message.completed",
        JobOutcome.Failed => "job.failed",
        JobOutcome.Cancelled => "job.cancelled",
        JobOutcome.Expired => "job.expired",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "There is no such outcome."),
    };
}
