using CloudIa.Store;

namespace CloudIa.Webhooks.Sending;

/// <summary>What came of one request.</summary>
/// <param name="Status">The HTTP status; null where there was no answer.</param>
/// <param name="Failure">One of <see cref="WebhookFailures"/>; null where it was delivered.</param>
/// <param name="RetryAfter">How long the receiver asks to be left alone; null where it does not.</param>
internal sealed record WebhookAnswer(int? Status, string? Failure, TimeSpan? RetryAfter = null)
{
    private const int Gone = 410;

    public bool IsDelivered => Failure is null;

    /// <summary>The receiver wants nothing any more.</summary>
    public bool IsGone => Status == Gone;
}
