using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>The calls of SNS that a bus makes.</summary>
internal sealed partial class FakeSns(FakeAccount account)
{
    public static readonly XNamespace Xml = "http://sns.amazonaws.com/doc/2010-03-31/";

    private static readonly string[] SubscriptionAttributes =
        ["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy", "DeliveryPolicy", "ReplayPolicy", "SubscriptionRoleArn"];

    public XElement? Call(string action, QueryForm input, AwsFault? fault)
    {
        lock (account.Gate)
        {
            return action switch
            {
                "CreateTopic" => Result(action, Element("TopicArn", Create(input).Arn)),
                "DeleteTopic" => Delete(input["TopicArn"]!),
                "GetTopicAttributes" => Result(action, Map("Attributes", Topic(input).Attributes)),
                "Subscribe" => Result(action, Element("SubscriptionArn", Subscribe(input).Arn)),
                "Unsubscribe" => Unsubscribe(input["SubscriptionArn"]!),
                "ListSubscriptionsByTopic" => List(Topic(input), input["NextToken"]),
                "GetSubscriptionAttributes" => Result(action, Map("Attributes", Subscription(input).Attributes)),
                "SetSubscriptionAttributes" => Set(input),
                "Publish" => Publish(input),
                "PublishBatch" => PublishBatch(input, fault),
                // Rights to list every topic of the account are not what a bus has.
                "ListTopics" => throw new AwsError("AuthorizationError", "not authorized to perform: SNS:ListTopics", status: 403),
                _ => throw new AwsError("InvalidAction", $"The fake does not know {action}."),
            };
        }
    }

    private FakeTopic Create(QueryForm input)
    {
        var name = input["Name"] ?? "";
        var attributes = input.Map("Attributes.entry");
        var tags = input.Map("Tags.member", "Key", "Value");
        if (!TopicName().IsMatch(name) || name.Length > 256)
            throw AwsError.Invalid("Topic Name");
        if (name.EndsWith(".fifo", StringComparison.Ordinal) != (attributes.GetValueOrDefault("FifoTopic") == "true")
            && !account.Topics.ContainsKey(FakeTopic.ArnOf(name)))
        {
            throw AwsError.Invalid("Topic Name: a FIFO topic must end with .fifo and have FifoTopic");
        }

        if (!account.Topics.TryGetValue(FakeTopic.ArnOf(name), out var topic))
        {
            topic = new FakeTopic(name, attributes, tags);
            return account.Topics[topic.Arn] = topic;
        }

        if (attributes.Any(x => topic.Attributes.GetValueOrDefault(x.Key) != x.Value))
            throw AwsError.Invalid("Attributes Reason: Topic already exists with different attributes");
        if (tags.Any(x => topic.Tags.GetValueOrDefault(x.Key) != x.Value))
            throw AwsError.Invalid("Tags Reason: Topic already exists with different tags");
        return topic;
    }

    private XElement? Delete(string arn)
    {
        account.Topics.Remove(arn);
        return null;
    }

    private FakeSubscription Subscribe(QueryForm input)
    {
        var topic = Topic(input);
        var endpoint = input["Endpoint"] ?? "";
        var attributes = input.Map("Attributes.entry");
        if (input["Protocol"] != "sqs" || !endpoint.StartsWith("arn:aws:sqs:", StringComparison.Ordinal))
            throw AwsError.Invalid("Endpoint Reason: not an SQS queue");
        if (!topic.IsFifo && endpoint.EndsWith(".fifo", StringComparison.Ordinal))
            throw AwsError.Invalid("Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
        foreach (var (name, value) in attributes)
            CheckAttribute(name, value);

        if (topic.Subscriptions.Find(x => x.Endpoint == endpoint) is { } existing)
        {
            return attributes.Any(x => existing.Attributes.GetValueOrDefault(x.Key) != x.Value)
                ? throw AwsError.Invalid("Attributes Reason: Subscription already exists with different attributes")
                : existing;
        }

        var subscription = new FakeSubscription($"{topic.Arn}:{account.NewId()}", topic.Arn, endpoint, attributes);
        topic.Subscriptions.Add(subscription);
        return subscription;
    }

    private XElement? Unsubscribe(string arn)
    {
        foreach (var topic in account.Topics.Values)
            topic.Subscriptions.RemoveAll(x => x.Arn == arn);
        return null;
    }

    private XElement? Set(QueryForm input)
    {
        var (name, value) = (input["AttributeName"] ?? "", input["AttributeValue"] ?? "");
        CheckAttribute(name, value);
        Subscription(input).Attributes[name] = value;
        return null;
    }

    // Pages of 100, as SNS has them.
    private static XElement List(FakeTopic topic, string? token)
    {
        const int page = 100;
        var start = token is null ? 0 : int.Parse(token, null);
        var members = topic.Subscriptions.Skip(start).Take(page).Select(x => Element("member",
            Element("SubscriptionArn", x.Arn), Element("TopicArn", x.TopicArn), Element("Protocol", "sqs"), Element("Endpoint", x.Endpoint)));
        return Result("ListSubscriptionsByTopic", Element("Subscriptions", [.. members]),
            start + page < topic.Subscriptions.Count ? Element("NextToken", $"{start + page}") : null);
    }

    private FakeTopic Topic(QueryForm input) => account.Topics.GetValueOrDefault(input["TopicArn"] ?? "") ?? throw AwsError.NoTopic();

    private FakeSubscription Subscription(QueryForm input) =>
        account.Topics.Values.SelectMany(x => x.Subscriptions).FirstOrDefault(x => x.Arn == input["SubscriptionArn"])
        ?? throw new AwsError("NotFound", "Subscription does not exist", status: 404);

    private static void CheckAttribute(string name, string value)
    {
        if (!SubscriptionAttributes.Contains(name))
            throw AwsError.Invalid("AttributeName");
        // True with a capital is what a naive ToString makes of a bool.
        if (name == "RawMessageDelivery" && value is not ("true" or "false"))
            throw AwsError.Invalid("Attributes Reason: RawMessageDelivery: must be true or false");
    }

    private static XElement Result(string action, params XElement?[] content) => Element(action + "Result", content);

    private static XElement Map(string name, Dictionary<string, string> values) =>
        Element(name, [.. values.Select(x => Element("entry", Element("key", x.Key), Element("value", x.Value)))]);

    private static XElement Element(string name, params object?[] content) => new(Xml + name, content);

    [GeneratedRegex(@"^[A-Za-z0-9_\-]+(\.fifo)?$")]
    private static partial Regex TopicName();
}
