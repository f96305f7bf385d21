using System.Collections.Concurrent;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using CloudIa.Transport.Topology;

namespace CloudIa.Transport.Connection;

/// <summary>
/// Creates each topic once. CreateTopic answers with the topic that is there already, so nothing is listed: ListTopics
/// throttles, and needs rights to every topic of the account.
/// </summary>
internal sealed class TopicDirectory(IAmazonSimpleNotificationService sns, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Task<TopicHandle>> _topics = new();

    public Task<TopicHandle> GetAsync(TopicSettings settings, CancellationToken cancellationToken)
    {
        if (_topics.TryGetValue(settings.Name, out var known) && !known.IsFaulted && !known.IsCanceled)
            return known.IsCompletedSuccessfully ? known : known.WaitAsync(cancellationToken);

        var creation = new TaskCompletionSource<TopicHandle>(TaskCreationOptions.RunContinuationsAsynchronously);
        var winner = _topics.AddOrUpdate(settings.Name, creation.Task, (_, x) => x.IsFaulted || x.IsCanceled ? creation.Task : x);
        if (winner == creation.Task)
            _ = CreateAsync(settings, creation);
        return winner.WaitAsync(cancellationToken);
    }

    public void Forget(string name) => _topics.TryRemove(name, out _);

    private async Task CreateAsync(TopicSettings settings, TaskCompletionSource<TopicHandle> creation)
    {
        try
        {
            creation.SetResult(new TopicHandle(settings.Name, await ArnAsync(settings).ConfigureAwait(false), sns, time));
        }
        catch (Exception exception)
        {
            creation.SetException(exception);
        }
    }

    private async Task<string> ArnAsync(TopicSettings settings)
    {
        var request = new CreateTopicRequest
        {
            Name = settings.Name,
            Attributes = settings.AttributeStrings(),
            Tags = [.. settings.TopicTags.Select(x => new Tag { Key = x.Key, Value = x.Value })],
        };
        try
        {
            return (await sns.CreateTopicAsync(request).ConfigureAwait(false)).TopicArn;
        }
        catch (InvalidParameterException exception) when (exception.Message.Contains("already exists", StringComparison.Ordinal))
        {
            // It has other attributes or tags: whoever set them had a reason, and we only want to publish.
            return (await sns.CreateTopicAsync(new CreateTopicRequest { Name = settings.Name }).ConfigureAwait(false)).TopicArn;
        }
    }
}
