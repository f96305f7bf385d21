using System.Globalization;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using CloudIa.Bench.Counting;

namespace CloudIa.Bench.Workers.Floor;

/// <summary>A topic and its batches.</summary>
internal sealed class FloorTopic(IAmazonSimpleNotificationService sns, string arn)
{
    public string Arn => arn;

    public async Task PublishAsync(IEnumerable<FloorMessage> messages)
    {
        var response = await sns.PublishBatchAsync(new PublishBatchRequest
        {
            TopicArn = arn,
            PublishBatchRequestEntries =
            [
                .. messages.Select((x, i) =>
                    new PublishBatchRequestEntry { Id = i.ToString(CultureInfo.InvariantCulture), Message = x.ToJson() }),
            ],
        });
        if (response.Failed is { Count: > 0 } failed)
            throw new InvalidOperationException($"{Requests.Publish} to {arn} failed for {failed.Count} entries: {failed[0].Code}.");
    }
}
