using System.Text;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Tests.Infrastructure;

namespace CloudIa.Tests.WholeSystem;

/// <summary>
/// What a broker holds, as text: each queue with the attributes that are not SQS's defaults, and the topics that its policy lets in with
/// the attributes of its subscription to each. Bus queues, and those of
/// errors and of what nobody wants, which can be made on first use, are left out.
/// </summary>
internal static class TopologyText
{
    private static readonly BasicAWSCredentials Keys = new(StandInsFixture.Key, StandInsFixture.Key);

    // Change with time and place, or are SQS's defaults.
    private static readonly Dictionary<string, string?> Usual = new()
    {
        ["QueueArn"] = null,
        ["Policy"] = null,
        ["CreatedTimestamp"] = null,
        ["LastModifiedTimestamp"] = null,
        ["ApproximateNumberOfMessages"] = null,
        ["ApproximateNumberOfMessagesNotVisible"] = null,
        ["ApproximateNumberOfMessagesDelayed"] = null,
        ["VisibilityTimeout"] = "30",
        ["DelaySeconds"] = "0",
        ["MaximumMessageSize"] = "1048576",
        ["MessageRetentionPeriod"] = "345600",
        ["ReceiveMessageWaitTimeSeconds"] = "0",
        ["SqsManagedSseEnabled"] = "true",
    };

    public static async Task<string> OfAsync(string serviceUrl, CancellationToken ct)
    {
        using var sqs = new AmazonSQSClient(Keys, new AmazonSQSConfig { ServiceURL = serviceUrl, AuthenticationRegion = StandInsFixture.Region });
        using var sns = new AmazonSimpleNotificationServiceClient(Keys,
            new AmazonSimpleNotificationServiceConfig { ServiceURL = serviceUrl, AuthenticationRegion = StandInsFixture.Region });
        var text = new StringBuilder();
        var queues = await sqs.ListQueuesAsync(new ListQueuesRequest(), ct);
        foreach (var url in (queues.QueueUrls ?? []).Order(StringComparer.Ordinal))
        {
            var name = url[(url.LastIndexOf('/') + 1)..];
            if (name.Contains("_bus_", StringComparison.Ordinal) || name.EndsWith("_error", StringComparison.Ordinal) || name.EndsWith("_skipped", StringComparison.Ordinal))
                continue;

            var attributes = (await sqs.GetQueueAttributesAsync(url, ["All"], ct)).Attributes;
            text.Append("queue ").Append(name).Append('\n');
            foreach (var (key, value) in attributes.OrderBy(x => x.Key, StringComparer.Ordinal))
            {
                if (!Usual.TryGetValue(key, out var usual) || (usual is not null && usual != value))
                    text.Append("  ").Append(key).Append(" = ").Append(value).Append('\n');
            }

            foreach (var topic in Topics(attributes))
                text.Append("  from ").Append(topic[(topic.LastIndexOf(':') + 1)..]).Append(await Subscription(sns, topic, attributes["QueueArn"], ct)).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Topics(Dictionary<string, string> queue)
    {
        if (!queue.TryGetValue("Policy", out var policy))
            return [];

        var statement = JsonNode.Parse(policy)!["Statement"]!.AsArray().Single()!;
        return statement["Condition"]!["ArnLike"]!["aws:SourceArn"]!.AsArray().Select(x => x!.GetValue<string>()).Order(StringComparer.Ordinal);
    }

    private static async Task<string> Subscription(AmazonSimpleNotificationServiceClient sns, string topic, string queue, CancellationToken ct)
    {
        var subscriptions = await sns.ListSubscriptionsByTopicAsync(new ListSubscriptionsByTopicRequest { TopicArn = topic }, ct);
        var own = subscriptions.Subscriptions.Single(x => x.Endpoint == queue);
        var attributes = await sns.GetSubscriptionAttributesAsync(new GetSubscriptionAttributesRequest { SubscriptionArn = own.SubscriptionArn }, ct);
        return string.Concat(attributes.Attributes
            .Where(x => x.Key is "RawMessageDelivery" or "FilterPolicy" or "FilterPolicyScope" or "RedrivePolicy")
            .OrderBy(x => x.Key, StringComparer.Ordinal)
            .Select(x => $" {x.Key}={x.Value}"));
    }
}
