namespace CloudIa.Tests.Transport.FakeAws;

internal sealed class FakeTopic(string name, Dictionary<string, string> attributes, Dictionary<string, string> tags)
{
    public string Name => name;

    public string Arn => ArnOf(name);

    public bool IsFifo => name.EndsWith(".fifo", StringComparison.Ordinal);

    public Dictionary<string, string> Attributes => attributes;

    public Dictionary<string, string> Tags => tags;

    public List<FakeSubscription> Subscriptions { get; } = [];

    /// <summary>FIFO: what was published within five minutes.</summary>
    public Dictionary<string, DateTimeOffset> Published { get; } = [];

    public static string ArnOf(string name) => $"arn:aws:sns:{FakeAccount.Region}:{FakeAccount.Id}:{name}";
}

internal sealed record FakeSubscription(string Arn, string TopicArn, string Endpoint, Dictionary<string, string> Attributes);
