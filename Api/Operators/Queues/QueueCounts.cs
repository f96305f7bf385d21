using System.Collections.Concurrent;
using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.ServiceDefaults.Messaging;
using Microsoft.Extensions.Options;

namespace CloudIa.Api.Operators.Queues;

/// <summary>Asks SQS how many messages a queue has: one call, besides the first one's for its address.</summary>
internal sealed class QueueCounts(IOptions<MessagingOptions> options) : IDisposable
{
    private static readonly List<string> Names =
        [QueueAttributeName.ApproximateNumberOfMessages, QueueAttributeName.ApproximateNumberOfMessagesNotVisible, QueueAttributeName.ApproximateNumberOfMessagesDelayed];

    private readonly Lazy<AmazonSQSClient> _sqs = new(options.Value.CreateSqsClient);
    private readonly ConcurrentDictionary<string, string> _urls = new(StringComparer.Ordinal);

    /// <returns>Null: there is no such queue.</returns>
    public async Task<QueueCount?> OfAsync(string queue)
    {
        try
        {
            if (!_urls.TryGetValue(queue, out var url))
                _urls[queue] = url = (await _sqs.Value.GetQueueUrlAsync(queue)).QueueUrl;

            var answer = await _sqs.Value.GetQueueAttributesAsync(new GetQueueAttributesRequest { QueueUrl = url, AttributeNames = Names });
            var counts = Names.ConvertAll(x => answer.Attributes?.GetValueOrDefault(x) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : 0);
            return new(counts[0], counts[1], counts[2]);
        }
        catch (QueueDoesNotExistException)
        {
            _urls.TryRemove(queue, out _);
            return null;
        }
    }

    public void Dispose()
    {
        if (_sqs.IsValueCreated)
            _sqs.Value.Dispose();
    }
}

/// <summary>Messages: waiting, received, and to be received later.</summary>
internal sealed record QueueCount(int Depth, int InFlight, int Delayed)
{
    public int Sum => Depth + InFlight + Delayed;
}
