using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using CloudIa.Transport.Topology;
using MassTransit;

namespace CloudIa.Transport.Connection;

/// <summary>
/// Creates each topic once. CreateTopic answers with the topic that is there already, so nothing is listed: ListTopics
/// throttles, and needs rights to every topic of the account.
/// </summary>
internal sealed class TopicDirectory(IAmazonSimpleNotificationService sns, TimeProvider time) : EntityDirectory<TopicSettings, TopicHandle>(x => x.Name)
{
    protected override async Task<TopicHandle> FindAsync(TopicSettings settings, bool create) =>
        new(settings.Name, await ArnAsync(settings).ConfigureAwait(false), sns, time);

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
            return await CreateAsync(request).ConfigureAwait(false);
        }
        catch (AmazonSqsConnectionException exception)
            when (exception.InnerException is InvalidParameterException inner && inner.Message.Contains("already exists", StringComparison.Ordinal))
        {
            // Whoever set them had a reason, and we only want to publish.
            var arn = await CreateAsync(new CreateTopicRequest { Name = settings.Name }).ConfigureAwait(false);
            await WarnAsync(request, arn).ConfigureAwait(false);
            return arn;
        }
    }

    private async Task<string> CreateAsync(CreateTopicRequest request)
    {
        var response = await BrokerErrors.ExplainAsync("CreateTopic", request.Name, () => sns.CreateTopicAsync(request),
            request.Attributes.Concat(Tags(request))).ConfigureAwait(false);
        return response.TopicArn;
    }

    /// <summary>Says once what the topic was to have, and has otherwise.</summary>
    private async Task WarnAsync(CreateTopicRequest wanted, string arn)
    {
        var differences = new List<string>();
        if (wanted.Attributes.Count > 0)
        {
            try
            {
                var response = await sns.GetTopicAttributesAsync(new GetTopicAttributesRequest { TopicArn = arn }).ConfigureAwait(false);
                var current = response.Attributes ?? [];
                differences.AddRange(wanted.Attributes
                    .Where(x => !Strings.Same(current.GetValueOrDefault(x.Key), x.Value))
                    .Select(x => $"{x.Key} is '{current.GetValueOrDefault(x.Key)}', not '{x.Value}'"));
            }
            catch (Exception exception) when (BrokerErrors.IsOfBroker(exception))
            {
                // It only tells more: without the right to it (sns:GetTopicAttributes) there is less to tell.
                LogContext.Debug?.Log(exception, "Could not look at the attributes of topic {Topic}", wanted.Name);
                differences.AddRange(wanted.Attributes.Select(x => $"{x.Key} may not be '{x.Value}'"));
            }
        }

        // SNS checks both and names one; tags it does not tell without another right.
        if (differences.Count == 0)
            differences.AddRange(Tags(wanted).Select(x => $"{x.Key} may not be '{x.Value}'"));
        LogContext.Warning?.Log("Topic {Topic} exists otherwise than configured, and is left as it is: {Differences}. Change the topic or the configuration",
            wanted.Name, string.Join(", ", differences));
    }

    private static IEnumerable<KeyValuePair<string, string>> Tags(CreateTopicRequest request) =>
        request.Tags.Select(x => KeyValuePair.Create("tag " + x.Key, x.Value));
}
