using System.Text;
using Amazon.SQS.Model;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Suites;

public abstract class ErrorSuite(Backend backend) : TransportSuite(backend)
{
    private string Queue => field ??= Backend.UniqueName("failing");

    [Fact]
    public async Task Error_and_skipped_queues_that_were_deleted_are_made_again_without_a_restart()
    {
        await using var bus = await StartAsync();
        foreach (var round in new[] { 1, 2 })
        {
            await bus.SendAsync(Queue, new Ping { Number = round });
            await bus.SendAsync(Queue, new Unwanted { Number = round });

            (await bus.TakeAsync(Queue + "_error")).Body.ShouldContain($"\"number\":{round}");
            (await bus.TakeAsync(Queue + "_skipped")).Body.ShouldContain($"\"number\":{round}");
            await bus.Sqs.DeleteQueueAsync(await bus.UrlAsync(Queue + "_error"), TestContext.Current.CancellationToken);
            await bus.Sqs.DeleteQueueAsync(await bus.UrlAsync(Queue + "_skipped"), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Binary_and_number_attributes_of_a_received_message_reach_the_error_queue()
    {
        await using var bus = await StartAsync();
        var body = """{"messageType":["urn:message:CloudIa.Tests.Transport:Ping"],"message":{"number":3}}""";
        await bus.Sqs.SendMessageAsync(new SendMessageRequest(await bus.UrlAsync(Queue), body)
        {
            MessageAttributes = new Dictionary<string, MessageAttributeValue>
            {
                ["Content-Type"] = new() { DataType = "String", StringValue = "application/vnd.masstransit+json" },
                ["picture"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2, 255]) },
                ["price"] = new() { DataType = "Number.float", StringValue = "1.5" },
                ["MT-Reason"] = new() { DataType = "String", StringValue = "of an earlier failure" },
            },
        }, TestContext.Current.CancellationToken);

        var failed = (await bus.TakeAsync(Queue + "_error")).MessageAttributes;

        failed["picture"].BinaryValue.ToArray().ShouldBe([1, 2, 255]);
        failed["price"].DataType.ShouldBe("Number.float");
        failed["price"].StringValue.ShouldBe("1.5");
        failed["MT-Reason"].StringValue.ShouldBe("fault");
    }

    [Fact]
    public async Task SQS_takes_a_message_to_its_own_dead_letters_where_that_is_configured()
    {
        await using var bus = await Backend.StartAsync(_ => { });
        var deadLetters = (await bus.Sqs.CreateQueueAsync(Queue + "-dead", TestContext.Current.CancellationToken)).QueueUrl;
        var arn = (await bus.Sqs.GetQueueAttributesAsync(deadLetters, ["QueueArn"], TestContext.Current.CancellationToken)).QueueARN;
        var deliveries = new Inbox<bool>();
        await using var receiver = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.QueueAttributes["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":3}""";
            e.RethrowFaultedMessages();
            e.Handler<Ping>(x =>
            {
                deliveries.Add(x.ReceiveContext.Redelivered);
                throw new InvalidOperationException("no way");
            });
        }));

        await receiver.SendAsync(Queue, new Ping { Number = 6 });

        (await bus.TakeAsync(Queue + "-dead")).Body.ShouldContain("\"number\":6");
        deliveries.Items.ShouldBe([false, true, true]);
    }

    [Fact]
    public async Task An_exception_with_control_characters_does_not_keep_a_message_from_its_error_queue()
    {
        await using var bus = await StartAsync("\u001b[31mred\u0000 \ud83d\ude00" + new string('x', 3000));

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        var fault = (await bus.TakeAsync(Queue + "_error")).MessageAttributes["MT-Fault-Message"].StringValue;
        fault.ShouldStartWith("\ufffd[31mred\ufffd \ud83d\ude00x");
        await bus.IsEmptyAsync(Queue);
    }

    [Fact]
    public async Task A_message_at_the_size_limit_reaches_its_error_queue()
    {
        await using var bus = await StartAsync();
        var attributes = new Dictionary<string, MessageAttributeValue>
        {
            ["Content-Type"] = new() { DataType = "String", StringValue = "application/vnd.masstransit+json" },
        };
        var size = attributes.Sum(x => x.Key.Length + 6 + x.Value.StringValue.Length);
        var body = new StringBuilder("""{"messageType":["urn:message:CloudIa.Tests.Transport:Ping"],"message":{"number":3,"text":"EXTRA"}}""");
        body.Replace("EXTRA", new string('x', 1024 * 1024 - size - body.Length + 5));
        await bus.Sqs.SendMessageAsync(new SendMessageRequest(await bus.UrlAsync(Queue), body.ToString()) { MessageAttributes = attributes },
            TestContext.Current.CancellationToken);

        (await bus.TakeAsync(Queue + "_error")).Body.Length.ShouldBe(body.Length);
        await bus.IsEmptyAsync(Queue);
    }

    [Fact]
    public async Task A_header_that_AWS_takes_for_no_attribute_travels_in_the_envelope()
    {
        var inbox = new Inbox<(string? Spaced, string? Aws, string? Bell)>();
        await using var bus = await Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e => e.Handler<Ping>(x =>
        {
            inbox.Add((x.Headers.Get<string>("a header: this"), x.Headers.Get<string>("AWS.secret"), x.Headers.Get<string>("bell")));
            return Task.CompletedTask;
        })));

        await bus.SendAsync(Queue, new Ping { Number = 1 }, x =>
        {
            x.Headers.Set("a header: this", "one");
            x.Headers.Set("AWS.secret", "two");
            x.Headers.Set("bell", "\a");
        });

        (await inbox.Next()).ShouldBe(("one", "two", "\a"));
    }

    private Task<TestBus> StartAsync(string fault = "no way") =>
        Backend.StartAsync(cfg => cfg.ReceiveEndpoint(Queue, e =>
        {
            e.ConfigureConsumeTopology = false;
            e.Handler<Ping>(_ => throw new InvalidOperationException(fault));
        }));
}
