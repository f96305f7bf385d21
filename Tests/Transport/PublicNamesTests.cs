using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using MassTransit.AmazonSqsTransport;
using MassTransit.Testing;
using MassTransit.Transports;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>Names of the official package that few programs use: they compile, and they do what they say.</summary>
public sealed class PublicNamesTests(StandInsFixture standIns)
{
    [Fact]
    public async Task Filters_of_client_and_connection_run_before_the_queue_is_there()
    {
        var queue = standIns.UniqueName("configured");
        var seen = new List<string>();
        await using var bus = await TestBus.StartAsync(standIns, cfg => cfg.ReceiveEndpoint(queue, e =>
        {
            e.WaitTimeSeconds = 1;
            e.ConfigureConnection(x => x.UseExecuteAsync(async context =>
            {
                var queues = await context.Connection.SqsClient.ListQueuesAsync(queue);
                seen.Add($"connection to {context.HostAddress.Host}, {queues.QueueUrls?.Count ?? 0} queues");
            }));
            e.ConfigureClient(x => x.UseExecute(context => seen.Add($"client of {context.ConnectionContext.Topology.GetType().Name[..3]}")));
        }));

        seen.ShouldBe([$"connection to {StandInsFixture.Region}, 0 queues", "client of Sqs"]);
        (await bus.ExistsAsync(queue)).ShouldBeTrue();
    }

    [Fact]
    public async Task Messages_of_a_namespace_get_their_topics_before_they_are_published()
    {
        var http = new CountingHttp();
        await using var bus = await TestBus.StartAsync(standIns, cfg =>
        {
            cfg.DeployPublishTopology = true;
            cfg.AddPublishMessageTypesFromNamespaceContaining<Ping>((x, _) => x.TopicTags["team"] = "chat",
                type => type == typeof(Ping) || type == typeof(Pong));
        }, http: http);

        http.Count("CreateTopic").ShouldBe(2);
        await bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken);
        http.Count("CreateTopic").ShouldBe(2);
    }

    [Fact]
    public async Task The_bus_topology_names_topics_and_their_addresses()
    {
        await using var bus = await TestBus.StartAsync(standIns, cfg => cfg.Publish<Ping>(x => x.TopicTags["team"] = "chat"));
        var topology = bus.Control.Topology.ShouldBeAssignableTo<IAmazonSqsBusTopology>()!;

        var topic = topology.Publish<Ping>().Topic;
        topic.EntityName.ShouldBe($"{bus.Scope}_CloudIa_Tests_Transport-Ping");
        topic.TopicTags.ShouldContainKeyAndValue("team", "chat");
        var address = new Uri($"amazonsqs://{StandInsFixture.Region}/{topic.EntityName}?type=topic");
        topology.GetDestinationAddress(typeof(Ping)).ShouldBe(address);
        topology.GetDestinationAddress("CloudIa_Tests_Transport-Ping").ShouldBe(address);
        topology.GetDestinationAddress("other", x => x.AutoDelete = true).Query.ShouldBe("?autodelete=true&type=topic");
        topology.PublishTopology.GetMessageTopology<Ping>().ShouldBeSameAs(topology.Publish<Ping>());
        topology.SendTopology.GetMessageTopology<Ping>().ShouldBeSameAs(topology.Send<Ping>());
    }

    [Fact]
    public async Task The_send_topology_of_a_message_says_its_correlation()
    {
        var inbox = new Inbox<Guid?>();
        var queue = standIns.UniqueName("correlated");
        await using var bus = await TestBus.StartAsync(standIns, cfg =>
        {
            cfg.Send<Pong>(x => x.UseCorrelationId(pong => new Guid(pong.Number, 0, 0, new byte[8])));
            cfg.ReceiveEndpoint(queue, e =>
            {
                e.WaitTimeSeconds = 1;
                e.Handler<Pong>(x =>
                {
                    inbox.Add(x.CorrelationId);
                    return Task.CompletedTask;
                });
            });
        });

        await bus.SendAsync(queue, new Pong { Number = 7 });
        (await inbox.Next()).ShouldBe(new Guid(7, 0, 0, new byte[8]));
    }

    [Fact]
    public async Task A_bus_takes_host_settings_that_somebody_else_made()
    {
        var queue = standIns.UniqueName("settings");
        var settings = new OwnSettings(await standIns.SqsUrl());
        var bus = AmazonSqsBusFactory.Create(cfg =>
        {
            cfg.Host(settings);
            cfg.WaitTimeSeconds = 1;
            cfg.ReceiveEndpoint(queue, e => e.WaitTimeSeconds = 1);
        });
        await bus.StartAsync(TestContext.Current.CancellationToken);
        await bus.StopAsync(TestContext.Current.CancellationToken);

        using var connection = settings.CreateConnection();
        (await connection.SqsClient.GetQueueUrlAsync(queue, TestContext.Current.CancellationToken)).QueueUrl.ShouldEndWith(queue);
    }

    [Fact]
    public async Task An_SNS_client_takes_keys_and_settings_in_each_of_the_official_ways()
    {
        await using var backend = new FakeBackend();
        var config = new AmazonSimpleNotificationServiceConfig
        {
            ServiceURL = (await backend.Url()).ToString(),
            AuthenticationRegion = Backend.Region,
            HttpClientFactory = backend.NewHttp(),
        };
        AmazonSimpleNotificationServiceClient[] clients =
        [
            new("key", "secret", config),
            new("key", "secret", "token", config),
            new(new BasicAWSCredentials("key", "secret"), config),
        ];

        foreach (var client in clients)
        {
            var created = await client.CreateTopicAsync(new CreateTopicRequest { Name = "orders" }, TestContext.Current.CancellationToken);
            created.TopicArn.ShouldEndWith(":orders");
            client.Dispose();
        }
    }

    [Fact]
    public async Task The_bus_test_harness_sees_what_is_consumed()
    {
        var url = (await standIns.SqsUrl()).ToString();
        var harness = new AmazonSqsTestHarness(StandInsFixture.Region, StandInsFixture.Key, StandInsFixture.Key);
        harness.OnConfigureAmazonSqsHost += host =>
        {
            host.Config(new AmazonSQSConfig { ServiceURL = url });
            host.Config(new AmazonSimpleNotificationServiceConfig { ServiceURL = url });
        };
        var handler = harness.Handler<Ping>();
        await harness.Start(TestContext.Current.CancellationToken);
        try
        {
            await harness.InputQueueSendEndpoint.Send(new Ping { Number = 5 }, TestContext.Current.CancellationToken);
            handler.Consumed.Select(TestContext.Current.CancellationToken).First().Context.Message.Number.ShouldBe(5);
        }
        finally
        {
            await harness.Stop();
        }
    }

    [Theory]
    [InlineData("topic:orders", "amazonsqs://eu-west-1/orders?type=topic")]
    [InlineData("queue:orders", "amazonsqs://eu-west-1/orders")]
    [InlineData("queue:orders?temporary=true", "amazonsqs://eu-west-1/orders?durable=false&autodelete=true")]
    public void Short_addresses_become_whole_ones(string shortForm, string whole)
    {
        Uri address = new AmazonSqsEndpointAddress(new Uri("amazonsqs://eu-west-1"), new Uri(shortForm));
        address.ShouldBe(new Uri(whole));
    }

    private sealed class OwnSettings(Uri url) : AmazonSqsHostSettings
    {
        public Amazon.RegionEndpoint? Region => Amazon.RegionEndpoint.USEast1;

        public string AccessKey => StandInsFixture.Key;

        public string SecretKey => StandInsFixture.Key;

        public AmazonSQSConfig? SqsConfig => new() { ServiceURL = url.ToString() };

        public AmazonSimpleNotificationServiceConfig? SnsConfig => new() { ServiceURL = url.ToString() };

        public AllowTransportHeader? AllowTransportHeader => null;

        public bool ScopeTopics => false;

        public Uri HostAddress => new($"amazonsqs://{StandInsFixture.Region}");

        public IConnection CreateConnection() => new Clients(SqsConfig!, SnsConfig!);
    }

    private sealed class Clients(AmazonSQSConfig sqs, AmazonSimpleNotificationServiceConfig sns) : IConnection
    {
        private static readonly BasicAWSCredentials Keys = new(StandInsFixture.Key, StandInsFixture.Key);

        public IAmazonSQS SqsClient { get; } = new AmazonSQSClient(Keys, sqs);

        public IAmazonSimpleNotificationService SnsClient { get; } = new AmazonSimpleNotificationServiceClient(Keys, sns);

        public void Dispose()
        {
            SqsClient.Dispose();
            SnsClient.Dispose();
        }
    }
}
