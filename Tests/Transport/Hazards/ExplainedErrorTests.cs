using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Transport.FakeAws;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Hazards;

/// <summary>What fails says what was asked, with which values, why, and what to do, in the exception, the log and the health entry.</summary>
public sealed class ExplainedErrorTests : FakeAwsTest
{
    private static AwsFault Missing(string right) => new()
    {
        BeforeCommit = () => new AwsError("AuthorizationError", $"User: arn:aws:iam::1:role/x is not authorized to perform: {right}", status: 403),
    };

    [Fact]
    public async Task An_attribute_that_SQS_refuses_is_named_with_its_value()
    {
        await FailsToStart(e =>
            {
                e.QueueAttributes["MessageRetentionPeriod"] = 5;
                e.QueueTags["team"] = "chat";
            },
            $"CreateQueue {Queue} (MessageRetentionPeriod = 5, tag team = chat) failed", "InvalidAttributeValue",
            "Invalid value for the parameter MessageRetentionPeriod", "Mend the setting");
    }

    [Fact]
    public async Task An_attribute_that_an_existing_queue_refuses_is_named_with_its_value()
    {
        using var sqs = await Backend.SqsAsync();
        await sqs.CreateQueueAsync(Queue, TestContext.Current.CancellationToken);

        await FailsToStart(e => e.QueueAttributes["Colour"] = "blue",
            $"SetQueueAttributes {Queue}", "Colour = blue", "InvalidAttributeName", "Unknown Attribute Colour", "Mend the setting");
    }

    [Fact]
    public async Task A_topic_that_SNS_refuses_is_named_with_its_attributes()
    {
        using var rule = Aws.Faults.On("CreateTopic", new AwsFault { BeforeCommit = () => AwsError.Invalid("Attributes Reason: KmsMasterKeyId") });

        await FailsToStart(_ => { }, "CreateTopic ", "Ping (KmsMasterKeyId = nobodys) failed", "Invalid parameter: Attributes Reason: KmsMasterKeyId", "Mend the setting");
    }

    [Fact]
    public async Task A_missing_right_is_named()
    {
        using var rule = Aws.Faults.On("Subscribe", Missing("SNS:Subscribe"));

        await FailsToStart(_ => { }, "Subscribe ", "RawMessageDelivery = true", "not authorized to perform: SNS:Subscribe", "Give the role of this process the right to Subscribe on");
    }

    [Fact]
    public async Task Keys_that_AWS_does_not_know_are_told_from_missing_rights()
    {
        using var rule = Aws.Faults.On("GetQueueUrl", new AwsFault
        {
            BeforeCommit = () => new AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", status: 403),
        });

        await FailsToStart(_ => { }, "GetQueueUrl ", "InvalidClientTokenId", "Check access key, secret");
    }

    [Fact]
    public async Task A_refused_connection_is_told_with_the_address_and_what_to_check()
    {
        using var rule = Aws.Faults.On("*", AwsFault.Refused);

        await FailsToStart(_ => { }, "GetQueueUrl ", "did not answer (connection refused)", "Check region or service URL, network and credentials");
    }

    [Fact]
    public async Task A_send_and_a_publish_without_the_right_say_so()
    {
        await using var bus = await StartAsync(_ => Task.CompletedTask);
        using var send = Aws.Faults.On("SendMessageBatch", Missing("sqs:sendmessage"));
        using var publish = Aws.Faults.On("PublishBatch", Missing("SNS:Publish"));

        var sent = await Should.ThrowAsync<AmazonSqsConnectionException>(() => bus.SendAsync(Queue, new Ping { Number = 1 }));
        var published = await Should.ThrowAsync<AmazonSqsConnectionException>(() =>
            bus.Control.Publish(new Ping { Number = 1 }, TestContext.Current.CancellationToken));

        sent.Message.ShouldStartWith($"SendMessage {Queue} failed: AWS refused it with AuthorizationError");
        sent.Message.ShouldContain($"the right to SendMessage on {Queue}");
        published.Message.ShouldContain("the right to Publish on");
    }

    private async Task FailsToStart(Action<IAmazonSqsReceiveEndpointConfigurator> configure, params string[] parts)
    {
        await using var bus = await Backend.CreateAsync(cfg =>
        {
            cfg.Publish<Ping>(x => x.TopicAttributes["KmsMasterKeyId"] = "nobodys");
            cfg.ReceiveEndpoint(Queue, e =>
            {
                configure(e);
                e.Handler<Ping>(_ => Task.CompletedTask);
            });
        });
        _ = bus.Control.StartAsync(TestContext.Current.CancellationToken);
        string Health() => string.Join('\n', bus.Control.CheckHealth().Endpoints.Values.Select(x => x.Description));
        await Eventually.Is(() => Health().Contains(parts[0], StringComparison.Ordinal), $"{parts[0]} in {Health()}", 20);
        await Eventually.Is(() => bus.Logs.Lines.Any(x => x.Contains(parts[0], StringComparison.Ordinal)), "it is in the log", 20);

        foreach (var part in parts)
            Health().ShouldContain(part);
    }
}
