using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Bench.Counting;

namespace CloudIa.Bench.Workers.Floor;

/// <summary>
/// Takes ten messages, works on them together, deletes them together. One loop while it is quiet, another for each batch that
/// comes full, as many as the prefetch count has room for.
/// </summary>
internal sealed class FloorQueue(IAmazonSQS polls, IAmazonSQS sqs, string url, int prefetch, Func<IReadOnlyList<FloorMessage>, Task> work)
{
    public const int BatchSize = 10;
    private const int WaitSeconds = 20;

    private readonly int _most = Math.Max(1, prefetch / BatchSize);
    private int _loops;

    public string Url => url;

    public void Start()
    {
        if (Interlocked.Increment(ref _loops) <= _most)
            _ = Task.Run(RunAsync);
        else
            Interlocked.Decrement(ref _loops);
    }

    public Task SendAsync(IEnumerable<FloorMessage> messages) => Task.WhenAll(messages.Chunk(BatchSize).Select(SendBatchAsync));

    private async Task RunAsync()
    {
        try
        {
            while (await OnceAsync())
            {
            }
        }
        catch (Exception exception)
        {
            // The judge must not wait for a worker that is gone.
            Environment.FailFast($"The loop of {url} failed.", exception);
        }
    }

    private async Task<bool> OnceAsync()
    {
        var request = new ReceiveMessageRequest(url) { MaxNumberOfMessages = BatchSize, WaitTimeSeconds = WaitSeconds };
        var messages = (await polls.ReceiveMessageAsync(request)).Messages ?? [];
        if (messages.Count == 0)
        {
            if (Interlocked.Decrement(ref _loops) > 0)
                return false;

            Interlocked.Increment(ref _loops);
            return true;
        }

        if (messages.Count == BatchSize)
            Start();
        await work([.. messages.Select(x => FloorMessage.Parse(x.Body))]);
        // Nobody waits for it.
        _ = DeleteAsync(messages);
        return true;
    }

    private async Task SendBatchAsync(FloorMessage[] messages)
    {
        var response = await sqs.SendMessageBatchAsync(url, [.. messages.Select((x, i) => new SendMessageBatchRequestEntry(Id(i), x.ToJson()))]);
        ThrowIfAny(response.Failed, Requests.Send);
    }

    private async Task DeleteAsync(List<Message> messages)
    {
        var response = await sqs.DeleteMessageBatchAsync(url,
            [.. messages.Select((x, i) => new DeleteMessageBatchRequestEntry(Id(i), x.ReceiptHandle))]);
        ThrowIfAny(response.Failed, Requests.Delete);
    }

    private void ThrowIfAny(List<BatchResultErrorEntry>? failed, string call)
    {
        if (failed is { Count: > 0 })
            throw new InvalidOperationException($"{call} on {url} failed for {failed.Count} entries: {failed[0].Code}.");
    }

    private static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);
}
