using Amazon.Runtime;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>What AWS would refuse, or what would never work, is refused when the bus is built, with the value and a remedy.</summary>
public sealed class RefusedSettingsTests
{
    public static TheoryData<string, string, Action<IAmazonSqsReceiveEndpointConfigurator>> Endpoints => new()
    {
        { "orders", "PrefetchCount is 0", e => e.PrefetchCount = 0 },
        { "orders", "WaitTimeSeconds is 25", e => e.WaitTimeSeconds = 25 },
        { "orders.fifo", "ConcurrentDeliveryLimit is 0", e => e.ConcurrentDeliveryLimit = 0 },
        { "orders", "RedeliverVisibilityTimeout is -00:00:01", e => e.RedeliverVisibilityTimeout = -1 },
        { "orders", "[\"VisibilityTimeout\"] is '0'", e => e.QueueAttributes["VisibilityTimeout"] = 0 },
        { "orders", "[\"KmsMasterKeyId\"] is null", e => e.QueueAttributes["KmsMasterKeyId"] = null! },
        { "orders.fifo", "a standard topic, which AWS refuses", e => e.Handler<Ping>(_ => Task.CompletedTask) },
        { "orders", "'a b' (3 characters) is no name for a topic", e => e.Handler<Pong>(_ => Task.CompletedTask) },
        { new string('q', 73), "its _skipped queue would have more than the 80", _ => { } },
        { new string('q', 81), "(81 characters) is no name for a queue", _ => { } },
    };

    [Theory]
    [MemberData(nameof(Endpoints), DisableDiscoveryEnumeration = true)]
    public void An_endpoint_that_cannot_be_is_refused(string queue, string why, Action<IAmazonSqsReceiveEndpointConfigurator> configure) =>
        Refusal(cfg => cfg.ReceiveEndpoint(queue, configure)).ShouldContain(why);

    [Fact]
    public void A_bus_queue_that_cannot_be_is_refused() => Refusal(cfg => cfg.WaitTimeSeconds = 25).ShouldContain("WaitTimeSeconds is 25");

    private static string Refusal(Action<IAmazonSqsBusFactoryConfigurator> configure) => Should.Throw<ConfigurationException>(() => AmazonSqsBusFactory.Create(cfg =>
    {
        cfg.Host("eu-west-1", h => h.Credentials(new AnonymousAWSCredentials()));
        cfg.Message<Pong>(x => x.SetEntityName("a b"));
        configure(cfg);
    })).ToString();
}
