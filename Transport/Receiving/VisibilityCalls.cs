using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Sending;

namespace CloudIa.Transport.Receiving;

internal static class VisibilityCalls
{
    public static async Task<IReadOnlyList<Renewal>> ChangeAsync(IAmazonSQS sqs, string url,
        IReadOnlyList<(string Receipt, int Seconds)> changes)
    {
        var entries = changes.Select((x, i) => new ChangeMessageVisibilityBatchRequestEntry
        {
            Id = BatchOutcome.Id(i),
            ReceiptHandle = x.Receipt,
            VisibilityTimeout = Math.Max(x.Seconds, 0),
        }).ToList();
        var response = await sqs.ChangeMessageVisibilityBatchAsync(url, entries).ConfigureAwait(false);
        var outcomes = Enumerable.Repeat(Renewal.Failed, changes.Count).ToArray();
        foreach (var done in response.Successful ?? [])
            outcomes[Index(done.Id)] = Renewal.Done;
        foreach (var failed in response.Failed ?? [])
            outcomes[Index(failed.Id)] = Classify(failed);
        return outcomes;
    }

    // Only what is about the receipt says that the lock is lost. Throttling can come as the sender's fault, and so can a
    // time that is a little over the 12 hours: the lock holds until its end all the same.
    private static Renewal Classify(BatchResultErrorEntry failed) =>
        failed.Code.Contains("ReceiptHandle", StringComparison.OrdinalIgnoreCase)
        || failed.Code.Contains("NotInflight", StringComparison.OrdinalIgnoreCase)
        || failed.Code.EndsWith("InvalidParameterValue", StringComparison.Ordinal)
            && failed.Message?.Contains("ReceiptHandle", StringComparison.OrdinalIgnoreCase) == true
            ? Renewal.LockLost
            : Renewal.Failed;

    private static int Index(string id) => int.Parse(id, CultureInfo.InvariantCulture);
}
