using Amazon.Runtime;
using CloudIa.Transport;
using CloudIa.Transport.Topology;
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
        { "or.ders", "'or.ders' (7 characters) is no name for a queue: AWS takes 1 to 80 letters, digits, hyphens and underscores, and no period", _ => { } },
        { "or:ders", "'or:ders' (7 characters) is no name for a queue", _ => { } },
        { "orders.fifo.old", "is no name for a queue", _ => { } },
        { new string('q', 73), "its _skipped queue would have more than the 80", _ => { } },
        { new string('q', 81), "(81 characters) is no name for a queue", _ => { } },
    };

    [Theory]
    [MemberData(nameof(Endpoints), DisableDiscoveryEnumeration = true)]
    public void An_endpoint_that_cannot_be_is_refused(string queue, string why, Action<IAmazonSqsReceiveEndpointConfigurator> configure) =>
        Refusal(cfg => cfg.ReceiveEndpoint(queue, configure)).ShouldContain(why);

    [Fact]
    public void A_bus_queue_that_cannot_be_is_refused() => Refusal(cfg => cfg.WaitTimeSeconds = 25).ShouldContain("WaitTimeSeconds is 25");

    [Fact]
    public void A_topic_with_a_period_is_refused() =>
        Refusal(cfg =>
        {
            cfg.Message<Ping>(x => x.SetEntityName("chat.pings"));
            cfg.ReceiveEndpoint("orders", e => e.Handler<Ping>(_ => Task.CompletedTask));
        }).ShouldContain("'chat.pings' (10 characters) is no name for a topic");

    [Theory]
    [InlineData(typeof(Ping))]
    [InlineData(typeof(Fault<Ping>))]
    [InlineData(typeof(Fault<Outer.Inner<Ping>>))]
    [InlineData(typeof(Batch<Dictionary<string, Outer.Inner<Fault<Pong>>>>))]
    public void A_name_that_is_made_of_a_type_is_one_that_AWS_takes(Type type) =>
        EntityNames.IsValid(new SqsMessageNameFormatter().GetMessageName(type), AmazonSqsEndpointAddress.AddressType.Topic).ShouldBeTrue();

    [Theory]
    [InlineData("orders")]
    [InlineData("Orders_2-x.fifo")]
    public void A_name_that_AWS_takes_is_taken(string name) => EntityNames.IsValid(name, AmazonSqsEndpointAddress.AddressType.Queue).ShouldBeTrue();

    public static class Outer
    {
        public sealed record Inner<T>(T Value);
    }

    private static string Refusal(Action<IAmazonSqsBusFactoryConfigurator> configure) => Should.Throw<ConfigurationException>(() => AmazonSqsBusFactory.Create(cfg =>
    {
        cfg.Host("eu-west-1", h => h.Credentials(new AnonymousAWSCredentials()));
        cfg.Message<Pong>(x => x.SetEntityName("a b"));
        configure(cfg);
    })).ToString();
}
