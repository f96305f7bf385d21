using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Topology;
using MassTransit;

namespace CloudIa.Transport.Connection;

/// <summary>
/// Makes an endpoint's queue, topics, subscriptions and policy true. Every step can be repeated by several processes at once.
/// </summary>
internal sealed class TopologyDeployer(SqsConnection connection)
{
    public async Task<DeployedQueue> DeployAsync(QueueSettings settings, IReadOnlyList<TopicSettings> subscriptions,
        CancellationToken cancellationToken)
    {
        var topics = Task.WhenAll(subscriptions.Select(x => connection.Topics.GetAsync(x, cancellationToken)));
        var queue = await RestingNames.WaitAsync(settings.Name, () => connection.Queues.GetAsync(settings, cancellationToken), connection.Time,
            cancellationToken).ConfigureAwait(false);
        var attributes = await AttributesAsync(queue, cancellationToken).ConfigureAwait(false);
        var handles = await topics.ConfigureAwait(false);

        var changes = settings.AttributeStrings()
            .Where(x => x.Key != QueueAttributeName.FifoQueue && !Strings.Same(attributes.GetValueOrDefault(x.Key), x.Value))
            .ToDictionary();
        var arn = attributes[QueueAttributeName.QueueArn];
        if (QueuePolicy.Allow(attributes.GetValueOrDefault(QueueAttributeName.Policy), arn, [.. handles.Select(x => x.Arn)]) is { } policy)
            changes[QueueAttributeName.Policy] = policy;
        if (changes.Count > 0)
        {
            await BrokerErrors.ExplainAsync("SetQueueAttributes", queue.Name,
                () => connection.Sqs.SetQueueAttributesAsync(queue.Url, changes, cancellationToken), changes, cancellationToken).ConfigureAwait(false);
            LogContext.Debug?.Log("Set {Attributes} of queue {Queue}", string.Join(", ", changes.Keys), queue.Name);
        }

        var subscribed = await Task.WhenAll(handles.Select(async (x, i) => new DeployedSubscription(
            await SubscribeAsync(x, arn, subscriptions[i].SubscriptionStrings(settings), cancellationToken).ConfigureAwait(false),
            x, subscriptions[i]))).ConfigureAwait(false);
        return new DeployedQueue(queue, VisibilityOf(changes, attributes), subscribed);
    }

    /// <summary>Deletes what was to live only as long as its endpoint.</summary>
    public async Task RemoveAsync(DeployedQueue deployed, CancellationToken cancellationToken)
    {
        foreach (var subscription in deployed.Subscriptions)
        {
            await connection.Sns.UnsubscribeAsync(new UnsubscribeRequest { SubscriptionArn = subscription.Arn }, cancellationToken)
                .ConfigureAwait(false);
            if (subscription.Settings.AutoDelete)
                await RemoveTopicAsync(subscription, cancellationToken).ConfigureAwait(false);
        }

        await connection.Sqs.DeleteQueueAsync(deployed.Queue.Url, cancellationToken).ConfigureAwait(false);
        connection.Queues.Forget(deployed.Queue.Name);
        LogContext.Debug?.Log("Deleted temporary queue {Queue}", deployed.Queue.Name);
    }

    // Others may listen to it, too: the last one takes it away.
    private async Task RemoveTopicAsync(DeployedSubscription subscription, CancellationToken cancellationToken)
    {
        var topic = subscription.Topic;
        var left = await connection.Sns.ListSubscriptionsByTopicAsync(new ListSubscriptionsByTopicRequest { TopicArn = topic.Arn },
            cancellationToken).ConfigureAwait(false);
        if (left.Subscriptions.Exists(x => x.SubscriptionArn != subscription.Arn))
            return;

        await connection.Sns.DeleteTopicAsync(new DeleteTopicRequest { TopicArn = topic.Arn }, cancellationToken).ConfigureAwait(false);
        connection.Topics.Forget(topic.Name);
        LogContext.Debug?.Log("Deleted temporary topic {Topic}", topic.Name);
    }

    private async Task<Dictionary<string, string>> AttributesAsync(QueueHandle queue, CancellationToken cancellationToken)
    {
        try
        {
            var response = await BrokerErrors.ExplainAsync("GetQueueAttributes", queue.Name,
                () => connection.Sqs.GetQueueAttributesAsync(queue.Url, [QueueAttributeName.All], cancellationToken),
                cancellationToken: cancellationToken).ConfigureAwait(false);
            return response.Attributes;
        }
        catch (QueueDoesNotExistException)
        {
            // Gone since it was found: the next attempt creates it.
            connection.Queues.Forget(queue.Name);
            throw;
        }
    }

    private async Task<string> SubscribeAsync(TopicHandle topic, string queueArn, Dictionary<string, string> attributes,
        CancellationToken cancellationToken)
    {
        var request = new SubscribeRequest
        {
            TopicArn = topic.Arn,
            Protocol = "sqs",
            Endpoint = queueArn,
            Attributes = attributes,
            ReturnSubscriptionArn = true,
        };
        try
        {
            var asked = attributes.Prepend(KeyValuePair.Create("queue", queueArn));
            var response = await BrokerErrors.ExplainAsync("Subscribe", topic.Name, () => connection.Sns.SubscribeAsync(request, cancellationToken),
                asked, cancellationToken).ConfigureAwait(false);
            return response.SubscriptionArn;
        }
        catch (NotFoundException)
        {
            connection.Topics.Forget(topic.Name);
            throw;
        }
        catch (AmazonSqsConnectionException exception)
            when (exception.InnerException is InvalidParameterException inner && inner.Message.Contains("exists", StringComparison.Ordinal))
        {
            return await MendAsync(topic, queueArn, attributes, cancellationToken).ConfigureAwait(false);
        }
    }

    // The subscription is there with other attributes: ours are set one by one.
    private async Task<string> MendAsync(TopicHandle topic, string queueArn, Dictionary<string, string> attributes,
        CancellationToken cancellationToken)
    {
        var arn = await FindAsync(topic, queueArn, cancellationToken).ConfigureAwait(false);
        var current = await BrokerErrors.ExplainAsync("GetSubscriptionAttributes", arn,
            () => connection.Sns.GetSubscriptionAttributesAsync(new GetSubscriptionAttributesRequest { SubscriptionArn = arn }, cancellationToken),
            cancellationToken: cancellationToken).ConfigureAwait(false);
        foreach (var change in attributes.Where(x => current.Attributes.GetValueOrDefault(x.Key) != x.Value))
        {
            var request = new SetSubscriptionAttributesRequest { SubscriptionArn = arn, AttributeName = change.Key, AttributeValue = change.Value };
            await BrokerErrors.ExplainAsync("SetSubscriptionAttributes", arn,
                () => connection.Sns.SetSubscriptionAttributesAsync(request, cancellationToken), [change], cancellationToken).ConfigureAwait(false);
        }

        return arn;
    }

    private async Task<string> FindAsync(TopicHandle topic, string queueArn, CancellationToken cancellationToken)
    {
        string? page = null;
        do
        {
            var request = new ListSubscriptionsByTopicRequest { TopicArn = topic.Arn, NextToken = page };
            var response = await BrokerErrors.ExplainAsync("ListSubscriptionsByTopic", topic.Name,
                () => connection.Sns.ListSubscriptionsByTopicAsync(request, cancellationToken), cancellationToken: cancellationToken).ConfigureAwait(false);
            if (response.Subscriptions.FirstOrDefault(x => x.Endpoint == queueArn) is { } found)
                return found.SubscriptionArn;

            page = response.NextToken;
        }
        while (!string.IsNullOrEmpty(page));

        throw new AmazonSqsTransportException(
            $"SNS says that {queueArn} subscribes to {topic.Arn} already, with other attributes, but does not list it. Start again.");
    }

    private static TimeSpan VisibilityOf(Dictionary<string, string> changes, Dictionary<string, string> attributes) =>
        int.TryParse(changes.GetValueOrDefault(QueueAttributeName.VisibilityTimeout)
            ?? attributes.GetValueOrDefault(QueueAttributeName.VisibilityTimeout), out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : AwsLimits.DefaultVisibility;
}
