using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>Publishes, and how they reach queues.</summary>
internal sealed partial class FakeSns
{
    /// <summary>Deliveries that SNS dropped, with the reason: a publisher never hears of them.</summary>
    public List<string> Dropped { get; } = [];

    private XElement Publish(QueryForm input)
    {
        var topic = Topic(input);
        var id = Publish(topic, input, "");
        return Result("Publish", Element("MessageId", id));
    }

    private XElement PublishBatch(QueryForm input, AwsFault? fault)
    {
        const string entry = "PublishBatchRequestEntries.member";
        var topic = Topic(input);
        var prefixes = Enumerable.Range(1, input.Count(entry)).Select(x => $"{entry}.{x}.").ToList();
        if (prefixes.Count is 0 or > 10)
            throw new AwsError("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.");
        if (prefixes.Select(x => input[x + "Id"]).Distinct().Count() < prefixes.Count)
            throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
        if (prefixes.Sum(x => MessageRules.Size(input[x + "Message"] ?? "", Attributes(input, x))) > MessageRules.SnsBytes)
            throw new AwsError("BatchRequestTooLong", "The length of all the batch messages put together is more than the limit.");

        var (successful, failed) = (Element("Successful"), Element("Failed"));
        for (var index = 0; index < prefixes.Count; index++)
        {
            var id = input[prefixes[index] + "Id"]!;
            try
            {
                if (fault?.Entry?.Invoke(index) is { } injected)
                    throw injected;

                var messageId = Publish(topic, input, prefixes[index]);
                if (fault?.Forgotten?.Invoke(index) != true)
                    successful.Add(Element("member", Element("Id", id), Element("MessageId", messageId)));
            }
            catch (AwsError error)
            {
                failed.Add(Element("member", Element("Id", id), Element("Code", error.Code), Element("Message", error.Message),
                    Element("SenderFault", error.SenderFault ? "true" : "false")));
            }
        }

        return Result("PublishBatch", successful, failed);
    }

    private string Publish(FakeTopic topic, QueryForm input, string prefix)
    {
        var (body, attributes) = (input[prefix + "Message"], Attributes(input, prefix));
        var (group, deduplication) = (input[prefix + "MessageGroupId"], input[prefix + "MessageDeduplicationId"]);
        if (string.IsNullOrEmpty(body))
            throw AwsError.Invalid("Empty message");
        if (MessageRules.Size(body, attributes) > MessageRules.SnsBytes)
            throw AwsError.Invalid("Message too long");

        var id = account.NewId();
        if (topic.IsFifo)
        {
            if (string.IsNullOrEmpty(group))
                throw AwsError.Invalid("The MessageGroupId parameter is required for FIFO topics");
            if (deduplication is null && topic.Attributes.GetValueOrDefault("ContentBasedDeduplication") != "true")
                throw AwsError.Invalid("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");

            deduplication ??= Receipts.Hash(body);
            var now = account.Clock.GetUtcNow();
            if (topic.Published.TryGetValue(deduplication, out var until) && until > now)
                return id;
            topic.Published[deduplication] = now + TimeSpan.FromMinutes(5);
        }
        else if (deduplication is not null)
        {
            throw AwsError.Invalid("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type");
        }

        foreach (var subscription in topic.Subscriptions)
            Deliver(topic, subscription, id, body, attributes, group, deduplication);
        return id;
    }

    private void Deliver(FakeTopic topic, FakeSubscription subscription, string id, string body, JsonObject attributes, string? group,
        string? deduplication)
    {
        var queue = account.QueueByArn(subscription.Endpoint);
        if (queue is null)
        {
            Dropped.Add("no queue " + subscription.Endpoint);
            return;
        }

        if (!Allows(queue, topic.Arn))
        {
            Dropped.Add($"the policy of {queue.Name} does not let {topic.Name} in");
            return;
        }

        if (subscription.Attributes.GetValueOrDefault("FilterPolicy") is { Length: > 0 } filter && !FilterPolicy.Matches(filter, attributes))
            return;

        var raw = subscription.Attributes.GetValueOrDefault("RawMessageDelivery") == "true";
        if (raw && attributes.Count > 10)
        {
            Dropped.Add("a raw message with more than ten attributes");
            return;
        }

        // From a standard topic a group goes to standard queues (for their fairness), from a FIFO topic to FIFO queues only.
        var (sentGroup, sentDeduplication) = queue.IsFifo ? (group, deduplication) : (topic.IsFifo ? null : group, null);
        queue.Add(raw ? body : Envelope(topic, id, body, attributes), raw ? attributes.DeepClone().AsObject() : [], sentGroup,
            sentDeduplication);
    }

    private string Envelope(FakeTopic topic, string id, string body, JsonObject attributes)
    {
        var envelope = new JsonObject
        {
            ["Type"] = "Notification",
            ["MessageId"] = id,
            ["TopicArn"] = topic.Arn,
            ["Message"] = body,
            ["Timestamp"] = account.Clock.GetUtcNow().ToString("O"),
        };
        if (attributes.Count > 0)
        {
            envelope["MessageAttributes"] = new JsonObject(attributes.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)new JsonObject
            {
                ["Type"] = x.Value!["DataType"]!.GetValue<string>(),
                ["Value"] = x.Value["StringValue"]?.GetValue<string>(),
            })));
        }

        return envelope.ToJsonString();
    }

    private static JsonObject Attributes(QueryForm input, string prefix)
    {
        var attributes = new JsonObject();
        for (var index = 1; index <= input.Count(prefix + "MessageAttributes.entry"); index++)
        {
            var entry = $"{prefix}MessageAttributes.entry.{index}.";
            attributes[input[entry + "Name"]!] = new JsonObject
            {
                ["DataType"] = input[entry + "Value.DataType"],
                ["StringValue"] = input[entry + "Value.StringValue"],
            };
        }

        return attributes;
    }

    private static bool Allows(FakeQueue queue, string topicArn)
    {
        var statements = JsonNode.Parse(queue.Attributes.GetValueOrDefault("Policy") is { Length: > 0 } policy ? policy : "{}")!["Statement"];
        return (statements as JsonArray ?? []).Any(x => x!["Effect"]?.GetValue<string>() == "Allow"
            && x["Principal"]?.ToJsonString().Contains("sns.amazonaws.com", StringComparison.Ordinal) == true
            && x["Resource"]?.ToJsonString().Contains(queue.Arn, StringComparison.Ordinal) == true
            && x["Action"]?.ToJsonString().Contains("sqs:SendMessage", StringComparison.OrdinalIgnoreCase) == true
            && (x["Condition"]?["ArnLike"]?["aws:SourceArn"] switch
            {
                JsonArray arns => arns.Select(y => y!.GetValue<string>()),
                JsonValue arn => [arn.GetValue<string>()],
                _ => [],
            }).Any(y => Regex.IsMatch(topicArn, "^" + Regex.Escape(y).Replace("\\*", ".*", StringComparison.Ordinal) + "$")));
    }
}
