using System.Text.Json;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS.Model;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

/// <summary>Bodies other than our own envelope.</summary>
public abstract class FormSuite(Backend backend) : TransportSuite(backend)
{
    private string Queue => field ??= Backend.UniqueName("form");

    [Fact]
    public async Task Raw_JSON_of_others_is_read()
    {
        var inbox = new Inbox<(Ping Message, string? Tenant)>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.UseRawJsonDeserializer(RawSerializerOptions.All, isDefault: true);
            e.Handler<Ping>(x =>
            {
                inbox.Add((x.Message, x.Headers.Get<string>("tenant")));
                return Task.CompletedTask;
            });
        }));

        // Without any attribute, which SDK v4 answers with null; and with one that becomes a header.
        var url = await bus.UrlAsync(Queue);
        await bus.Sqs.SendMessageAsync(url, """{"number":1,"text":"a"}""", TestContext.Current.CancellationToken);
        (await inbox.Next()).Message.ShouldBe(new Ping { Number = 1, Text = "a" });
        await bus.Sqs.SendMessageAsync(new SendMessageRequest(url, """{"number":2}""")
        {
            MessageAttributes = new Dictionary<string, Amazon.SQS.Model.MessageAttributeValue>
            {
                ["tenant"] = new() { DataType = "String", StringValue = "blue" },
            },
        }, TestContext.Current.CancellationToken);
        (await inbox.Next(2)).Tenant.ShouldBe("blue");
    }

    [Fact]
    public async Task Raw_JSON_is_written_with_its_headers_as_attributes()
    {
        await using var bus = await Backend.StartAsync(cfg => cfg.UseRawJsonSerializer(RawSerializerOptions.All));

        await bus.SendAsync(Queue, new Ping { Number = 5, Text = "raw" }, x => x.Headers.Set("tenant", "blue"));

        var message = await bus.TakeAsync(Queue);
        var json = JsonDocument.Parse(message.Body).RootElement;
        json.GetProperty("number").GetInt32().ShouldBe(5);
        json.TryGetProperty("messageType", out _).ShouldBeFalse();
        message.MessageAttributes["Content-Type"].StringValue.ShouldBe("application/json");
        message.MessageAttributes["tenant"].StringValue.ShouldBe("blue");
    }

    [Fact]
    public async Task An_SNS_envelope_is_unwrapped_where_raw_delivery_is_off()
    {
        var inbox = new Inbox<(int Number, string? Tenant, string? Topic)>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.QueueSubscriptionAttributes["RawMessageDelivery"] = false;
            e.Handler<Ping>(x =>
            {
                inbox.Add((x.Message.Number, x.Headers.Get<string>("tenant"), x.ReceiveContext.TransportHeaders.Get<string>("TopicArn")));
                return Task.CompletedTask;
            });
        }));

        await bus.Control.Publish(new Ping { Number = 7 }, x => x.Headers.Set("tenant", "blue"), TestContext.Current.CancellationToken);

        var (number, tenant, topic) = await inbox.Next();
        (number, tenant).ShouldBe((7, "blue"));
        topic!.ShouldEndWith($"{bus.Scope}_CloudIa_Tests_Transport-Ping");
    }

    [Fact]
    public async Task A_filter_on_attributes_keeps_messages_away()
    {
        var inbox = new Inbox<int>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.QueueSubscriptionAttributes["FilterPolicy"] = """{"tenant":["blue"]}""";
            e.Handler<Ping>(x =>
            {
                inbox.Add(x.Message.Number);
                return Task.CompletedTask;
            });
        }));

        foreach (var (number, tenant) in new[] { (1, "red"), (2, "blue") })
        {
            await bus.Control.Publish(new Ping { Number = number }, x => x.Headers.Set("tenant", tenant),
                TestContext.Current.CancellationToken);
        }

        (await inbox.Next()).ShouldBe(2);
        await bus.IsEmptyAsync(Queue);
        inbox.Items.ShouldBe([2]);
    }

    [Fact]
    public async Task A_subscription_with_other_attributes_is_mended()
    {
        var scope = Backend.UniqueName("s");
        void Configure(IAmazonSqsBusFactoryConfigurator cfg, string filter) => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.QueueSubscriptionAttributes["FilterPolicy"] = filter;
            e.Handler<Ping>(_ => Task.CompletedTask);
        });
        await using var first = await Backend.StartAsync(x => Configure(x, """{"tenant":["blue"]}"""), scope: scope);
        await using var second = await Backend.StartAsync(x => Configure(x, """{"tenant":["green"]}"""), scope: scope);

        using var sns = await Backend.SnsAsync();
        var topic = (await sns.CreateTopicAsync(new CreateTopicRequest { Name = $"{scope}_CloudIa_Tests_Transport-Ping" },
            TestContext.Current.CancellationToken)).TopicArn;
        var subscription = (await sns.ListSubscriptionsByTopicAsync(new ListSubscriptionsByTopicRequest { TopicArn = topic },
            TestContext.Current.CancellationToken)).Subscriptions.ShouldHaveSingleItem();
        var attributes = await sns.GetSubscriptionAttributesAsync(
            new GetSubscriptionAttributesRequest { SubscriptionArn = subscription.SubscriptionArn }, TestContext.Current.CancellationToken);
        attributes.Attributes["FilterPolicy"].ShouldContain("green");
        attributes.Attributes["RawMessageDelivery"].ShouldBe("true");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_for_AWS_travels_by_reference(bool onDisk)
    {
        var folder = Directory.CreateTempSubdirectory("cloudia-message-data-");
        IMessageDataRepository repository = onDisk ? new MassTransit.MessageData.FileSystemMessageDataRepository(folder)
            : new MassTransit.MessageData.InMemoryMessageDataRepository();
        var inbox = new Inbox<string>();
        await using (var bus = await Backend.StartAsync(cfg =>
        {
            cfg.UseMessageData(repository);
            cfg.ReceiveEndpoint(Queue, e => e.Handler<Letter>(async x => inbox.Add(await x.Message.Text!.Value)));
        }))
        {
            var text = new string('ä', 2 * 1024 * 1024);
            await bus.SendAsync(Queue, new Letter { Text = await repository.PutString(text, TestContext.Current.CancellationToken) });

            (await inbox.Next()).ShouldBe(text);
        }

        folder.Delete(recursive: true);
    }

    public sealed record Letter
    {
        public MessageData<string>? Text { get; init; }
    }
}
