using System.Collections.Concurrent;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Topology;

namespace CloudIa.Transport.Connection;

/// <summary>Finds each queue once, and creates it where it is missing.</summary>
internal sealed class QueueDirectory(IAmazonSQS sqs, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Task<QueueHandle>> _queues = new();

    // The lookup is shared, so one caller's cancellation ends only that caller's wait.
    public Task<QueueHandle> GetAsync(QueueSettings settings, CancellationToken cancellationToken, bool create = true)
    {
        if (_queues.TryGetValue(settings.Name, out var known) && !known.IsFaulted && !known.IsCanceled)
            return known.IsCompletedSuccessfully ? known : known.WaitAsync(cancellationToken);

        var lookup = new TaskCompletionSource<QueueHandle>(TaskCreationOptions.RunContinuationsAsynchronously);
        var winner = _queues.AddOrUpdate(settings.Name, lookup.Task, (_, x) => x.IsFaulted || x.IsCanceled ? lookup.Task : x);
        if (winner == lookup.Task)
            _ = FindOrCreateAsync(settings, create, lookup);
        return winner.WaitAsync(cancellationToken);
    }

    /// <summary>For a queue that turned out to be gone.</summary>
    public void Forget(string name) => _queues.TryRemove(name, out _);

    public async Task DrainAsync()
    {
        foreach (var queue in _queues.Values.Where(x => x.IsCompletedSuccessfully))
        {
            var handle = await queue.ConfigureAwait(false);
            await handle.Sends.DrainAsync().ConfigureAwait(false);
            await handle.Deletes.DrainAsync().ConfigureAwait(false);
        }
    }

    private async Task FindOrCreateAsync(QueueSettings settings, bool create, TaskCompletionSource<QueueHandle> lookup)
    {
        try
        {
            lookup.SetResult(new QueueHandle(settings.Name, await UrlAsync(settings, create).ConfigureAwait(false), sqs, time));
        }
        catch (Exception exception)
        {
            lookup.SetException(exception);
        }
    }

    private async Task<string> UrlAsync(QueueSettings settings, bool create)
    {
        try
        {
            return (await sqs.GetQueueUrlAsync(settings.Name).ConfigureAwait(false)).QueueUrl;
        }
        catch (QueueDoesNotExistException) when (create)
        {
            return await CreateAsync(settings).ConfigureAwait(false);
        }
    }

    private async Task<string> CreateAsync(QueueSettings settings)
    {
        var request = new CreateQueueRequest(settings.Name)
        {
            Attributes = settings.AttributeStrings(),
            Tags = new Dictionary<string, string>(settings.QueueTags),
        };
        try
        {
            return (await sqs.CreateQueueAsync(request).ConfigureAwait(false)).QueueUrl;
        }
        catch (QueueNameExistsException)
        {
            // Another process was faster and sees some attribute another way; the endpoint's own deployment mends that.
            return (await sqs.GetQueueUrlAsync(settings.Name).ConfigureAwait(false)).QueueUrl;
        }
    }
}
