using System.Text.Json.Nodes;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class TopologySuite(Backend backend) : TransportSuite(backend)
{
    [Fact]
    public async Task One_policy_write_lets_all_topics_of_an_endpoint_in()
    {
        var queue = Backend.UniqueName("policy");
        var http = Backend.NewHttp();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.Handler<Ping>(_ => Task.CompletedTask);
            e.Handler<Pong>(_ => Task.CompletedTask);
            e.Subscribe("some-topic", x => x.TopicSubscriptionAttributes["FilterPolicy"] = """{"kind":["a"]}""");
        }), http: http);

        http.Count("SetQueueAttributes").ShouldBe(1);
        http.Count("Subscribe").ShouldBe(3);
        var attributes = await bus.AttributesAsync(queue);
        var statement = JsonNode.Parse(attributes["Policy"])!["Statement"]!.AsArray().ShouldHaveSingleItem()!;
        statement["Effect"]!.GetValue<string>().ShouldBe("Allow");
        statement["Principal"]!["Service"]!.GetValue<string>().ShouldBe("sns.amazonaws.com");
        statement["Action"]!.GetValue<string>().ShouldBe("sqs:SendMessage");
        statement["Resource"]!.GetValue<string>().ShouldBe(attributes["QueueArn"]);
        statement["Condition"]!["ArnLike"]!["aws:SourceArn"]!.AsArray().Select(x => x!.GetValue<string>().Split(':')[^1])
            .ShouldBe([$"{bus.Scope}_CloudIa_Tests_Transport-Ping", $"{bus.Scope}_CloudIa_Tests_Transport-Pong", "some-topic"],
                ignoreOrder: true);
    }

    [Fact]
    public async Task A_second_deployment_writes_nothing_new()
    {
        var (queue, scope) = (Backend.UniqueName("twice"), Backend.UniqueName("s"));
        void Configure(IAmazonSqsBusFactoryConfigurator cfg) => cfg.ReceiveEndpoint(queue, e =>
        {
            e.QueueAttributes["VisibilityTimeout"] = 20;
            e.Handler<Ping>(_ => Task.CompletedTask);
        });
        var http = Backend.NewHttp();
        await using var first = await Backend.StartAsync(Configure, scope: scope);
        await using var second = await Backend.StartAsync(Configure, http: http, scope: scope);

        http.Count("CreateQueue").ShouldBe(0);
        http.Count("SetQueueAttributes").ShouldBe(0);
    }

    [Fact]
    public async Task Many_processes_can_deploy_the_same_at_once()
    {
        var (queue, scope) = (Backend.UniqueName("crowd"), Backend.UniqueName("s"));
        var inbox = new Inbox<int>();
        void Configure(IAmazonSqsBusFactoryConfigurator cfg) => cfg.ReceiveEndpoint(queue, e =>
        {
            e.Handler<Ping>(x =>
            {
                inbox.Add(x.Message.Number);
                return Task.CompletedTask;
            });
        });

        var buses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Backend.StartAsync(Configure, scope: scope)));
        await buses[0].Control.Publish(new Ping { Number = 9 }, TestContext.Current.CancellationToken);
        (await inbox.Next()).ShouldBe(9);

        await Task.WhenAll(buses.Select(async x => await x.DisposeAsync()));
        inbox.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_endpoint_without_consume_topology_creates_no_topic()
    {
        var http = Backend.NewHttp();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Backend.UniqueName("plain"), e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(_ => Task.CompletedTask);
        }), http: http);

        http.Count("CreateTopic").ShouldBe(0);
        http.Count("Subscribe").ShouldBe(0);
    }

    [Fact]
    public async Task Registered_consumers_get_their_endpoints()
    {
        var http = Backend.NewHttp();
        var received = new Inbox<int>();
        PingConsumer.Received = received;
        await using var bus = await Backend.StartAsync(_ => { }, x =>
        {
            x.SetEndpointNameFormatter(new KebabCaseEndpointNameFormatter(Backend.UniqueName("k"), false));
            x.AddConsumer<PingConsumer, PingConsumerDefinition>();
            x.AddAmazonSqsConfigureEndpointsCallback((_, _, e) => e.WaitTimeSeconds = 1);
        }, http: http);

        await bus.Control.Publish(new Ping { Number = 11 }, TestContext.Current.CancellationToken);

        (await received.Next()).ShouldBe(11);
    }

    [Fact]
    public async Task A_probe_shows_queue_and_subscriptions()
    {
        var queue = Backend.UniqueName("probed");
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.Handler<Ping>(_ => Task.CompletedTask);
        }));

        var probe = System.Text.Json.JsonSerializer.Serialize(bus.Control.GetProbeResult(TestContext.Current.CancellationToken).Results);

        probe.ShouldContain(queue);
        probe.ShouldContain("CloudIa_Tests_Transport-Ping");
    }

    [Fact]
    public void A_queue_name_of_more_than_80_characters_is_refused_at_once()
    {
        var name = new string('q', 81);

        var refused = Should.Throw<ConfigurationException>(() => AmazonSqsBusFactory.Create(cfg =>
        {
            cfg.Host("eu-west-1", _ => { });
            cfg.ReceiveEndpoint(name, e => e.Handler<Ping>(_ => Task.CompletedTask));
        }));

        refused.Message.ShouldContain("81 characters");
    }

    private sealed class PingConsumer : IConsumer<Ping>
    {
        public static Inbox<int>? Received { get; set; }

        public Task Consume(ConsumeContext<Ping> context)
        {
            Received!.Add(context.Message.Number);
            return Task.CompletedTask;
        }
    }

    private sealed class PingConsumerDefinition : ConsumerDefinition<PingConsumer>
    {
        public PingConsumerDefinition() => ConcurrentMessageLimit = 3;
    }
}
