using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Transport.Hazards;
using MassTransit;
using MassTransit.MessageData;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>The examples of Transport/README.md, line by line, so that they compile and do what the page says.</summary>
public sealed class ReadmeExamplesTests : FakeAwsTest
{
    private readonly Inbox<string> _handled = new();

    [Fact]
    public async Task FIFO()
    {
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.Message<OrderPlaced>(x => x.SetEntityName("orders-placed.fifo"));
            cfg.ReceiveEndpoint("orders.fifo", e =>
            {
                e.Consumer(() => new OrderConsumer(_handled));
            });
        });
        var order = new OrderPlaced { OrderId = NewId.NextGuid(), Customer = "ada" };
        await PublishAsync(bus.Control);
        await PublishAsync(bus.Control);

        async Task PublishAsync(IPublishEndpoint publishEndpoint)
        {
            await publishEndpoint.Publish(order, x =>
            {
                x.SetGroupId(order.Customer);
                x.SetDeduplicationId(order.OrderId.ToString());
            });
        }

        (await _handled.Next()).ShouldBe("ada");
        await bus.IsEmptyAsync("orders.fifo");
        _handled.Items.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Raw_JSON_in()
    {
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.ReceiveEndpoint("orders-of-others", e =>
            {
                e.ConfigureConsumeTopology = false;
                e.UseRawJsonDeserializer(RawSerializerOptions.AnyMessageType | RawSerializerOptions.AddTransportHeaders, isDefault: true);
                e.Consumer(() => new OrderConsumer(_handled));
            });
        });

        await bus.Sqs.SendMessageAsync(await bus.UrlAsync("orders-of-others"), """{"customer":"grace"}""", TestContext.Current.CancellationToken);

        (await _handled.Next()).ShouldBe("grace");
    }

    [Fact]
    public async Task Raw_JSON_out()
    {
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.UseRawJsonSerializer(RawSerializerOptions.AddTransportHeaders, isDefault: true);
        });

        await bus.SendAsync("outside", new OrderPlaced { Customer = "ada" });

        (await bus.TakeAsync("outside")).Body.ShouldContain("""{"orderId":"00000000-0000-0000-0000-000000000000","customer":"ada"}""");
    }

    [Fact]
    public async Task SQSs_own_dead_letters()
    {
        using var sqs = await Backend.SqsAsync();
        var made = await sqs.CreateQueueAsync("orders-dead", TestContext.Current.CancellationToken);
        var deadLetters = (await sqs.GetQueueAttributesAsync(made.QueueUrl, ["QueueArn"], TestContext.Current.CancellationToken)).QueueARN;
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.ReceiveEndpoint("orders", e =>
            {
                e.QueueAttributes["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{deadLetters}}","maxReceiveCount":5}""";
                e.RedeliverVisibilityTimeout = 30;
                e.RethrowFaultedMessages();
                e.ThrowOnSkippedMessages();
                e.Consumer(() => new OrderConsumer(_handled) { Fails = true });
            });
        });

        await bus.SendAsync("orders", new OrderPlaced { Customer = "ada" });
        await bus.SendAsync("orders", new Unwanted { Number = 1 });

        await Eventually.Is(async () => await bus.CountAsync("orders-dead") == 2);
        (await bus.ExistsAsync("orders_error")).ShouldBeFalse();
        (await bus.ExistsAsync("orders_skipped")).ShouldBeFalse();
    }

    [Fact]
    public async Task Large_bodies()
    {
        var folder = Directory.CreateTempSubdirectory("cloudia-examples-");
        IMessageDataRepository repository = new FileSystemMessageDataRepository(folder);
        await using (var bus = await Backend.StartAsync(cfg =>
        {
            cfg.UseMessageData(repository);
            cfg.ReceiveEndpoint("reports", e =>
            {
                e.Handler<ReportMade>(async x => _handled.Add(await x.Message.Text!.Value));
            });
        }))
        {
            var text = new string('x', 2_000_000);
            await PublishAsync(bus.Control, TestContext.Current.CancellationToken);
            (await _handled.Next()).ShouldBe(text);

            async Task PublishAsync(IPublishEndpoint publishEndpoint, CancellationToken cancellationToken)
            {
                var message = new ReportMade { Text = await repository.PutString(text, cancellationToken) };
                await publishEndpoint.Publish(message, cancellationToken);
            }
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Retry_and_redelivery()
    {
        await using var bus = await Backend.StartAsync(cfg =>
        {
            cfg.ReceiveEndpoint("patient-orders", e =>
            {
                e.UseDelayedRedelivery(r => r.Intervals(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15)));
                e.UseMessageRetry(r => r.Intervals(50, 200));
                e.Consumer(() => new OrderConsumer(_handled) { Fails = true });
            });
        });

        await bus.SendAsync("patient-orders", new OrderPlaced { Customer = "ada" });

        (await bus.TakeAsync("patient-orders_error")).MessageAttributes.ShouldContainKey("MT-Reason");
        _handled.Items.Count.ShouldBe(4 * 3, "four deliveries, each tried three times");
    }

    [Fact]
    public void The_page_has_these_examples()
    {
        Assert.SkipWhen(Checkout.Root is null, "The tests run apart from their sources.");
        var source = Text("Tests", "Transport", "ReadmeExamplesTests.cs");
        var blocks = Text("Transport", "README.md").Split("\n## ").Single(x => x.StartsWith("Examples\n", StringComparison.Ordinal))
            .Split("```csharp\n").Skip(1).Select(x => x.Split("```")[0]).ToArray();

        blocks.Length.ShouldBe(8);
        foreach (var block in blocks)
            source.ShouldContain(block);

        // Indentation and what a line says after its end is the page's own.
        static string Text(params string[] path) => string.Join('\n', File.ReadLines(Path.Combine([Checkout.Root!, .. path]))
            .Select(x => x.Split("  //")[0].Trim()));
    }

    public sealed record OrderPlaced
    {
        public Guid OrderId { get; init; }

        public required string Customer { get; init; }
    }

    public sealed record ReportMade
    {
        public MessageData<string>? Text { get; init; }
    }

    private sealed class OrderConsumer(Inbox<string> handled) : IConsumer<OrderPlaced>
    {
        public bool Fails { get; init; }

        public Task Consume(ConsumeContext<OrderPlaced> context)
        {
            handled.Add(context.Message.Customer);
            return Fails ? throw new InvalidOperationException("no way") : Task.CompletedTask;
        }
    }
}
