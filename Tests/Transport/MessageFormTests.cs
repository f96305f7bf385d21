using CloudIa.Transport;
using CloudIa.Transport.Connection;
using CloudIa.Transport.Receiving;
using CloudIa.Transport.Sending;
using CloudIa.Transport.Topology;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class MessageFormTests
{
    private readonly SqsMessageNameFormatter _names = new();

    [Fact]
    public void Topics_are_named_as_the_official_transport_names_them()
    {
        _names.GetMessageName(typeof(Ping)).ShouldBe("CloudIa_Tests_Transport-Ping");
        _names.GetMessageName(typeof(Nested)).ShouldBe("CloudIa_Tests_Transport-MessageFormTests_Nested");
        _names.GetMessageName(typeof(Fault<Ping>)).ShouldBe("MassTransit-Fault--CloudIa_Tests_Transport-Ping--");
        _names.GetMessageName(typeof(Pair<Ping, Pong>)).ShouldBe("CloudIa_Tests_Transport-MessageFormTests_Pair--Ping__Pong--");
    }

    [Fact]
    public void Error_and_skipped_queues_keep_the_fifo_suffix_at_the_end()
    {
        var send = new SqsSendTopology();

        send.ErrorQueue(new QueueSettings("orders")).Name.ShouldBe("orders_error");
        send.ErrorQueue(new QueueSettings("orders.fifo")).Name.ShouldBe("orders_error.fifo");
        send.SkippedQueue(new QueueSettings("orders")).Name.ShouldBe("orders_skipped");
    }

    [Fact]
    public void An_error_queue_has_its_sources_attributes_but_not_its_redrive()
    {
        var source = new QueueSettings("orders");
        source.QueueAttributes["VisibilityTimeout"] = 90;
        source.QueueAttributes["RedrivePolicy"] = "{}";

        new SqsSendTopology().ErrorQueue(source).AttributeStrings()
            .ShouldBe(new Dictionary<string, string> { ["VisibilityTimeout"] = "90" });
    }

    [Fact]
    public void A_size_is_counted_in_UTF8_bytes_with_the_attributes()
    {
        var message = new OutgoingMessage("äö", new Dictionary<string, string> { ["ü"] = "€" });

        // Body 4, name 2, "String" 6, value 3.
        message.Size.ShouldBe(15);
    }

    [Fact]
    public void Of_more_than_ten_attributes_those_that_the_transport_reads_stay()
    {
        var attributes = Enumerable.Range(0, 20).ToDictionary(x => $"user-{x:00}", _ => "x");
        string[] own =
        [
            MessageAttributes.ContentType, MessageHeaders.RedeliveryCount, MessageHeaders.Reason, MessageHeaders.FaultInputAddress,
            MessageHeaders.FaultMessage,
        ];
        foreach (var name in own)
            attributes[name] = "x";

        var kept = MessageAttributes.Trim(attributes);

        kept.Count.ShouldBe(10);
        own.ShouldAllBe(x => kept.ContainsKey(x));
    }

    [Fact]
    public void An_attribute_without_a_value_is_left_out() =>
        MessageAttributes.Trim(new Dictionary<string, string> { ["a"] = "", ["b"] = "x" }).Keys.ShouldBe(["b"]);

    [Fact]
    public void An_entry_in_neither_list_of_a_batch_answer_has_failed()
    {
        var outcomes = BatchOutcome.Read("SendMessageBatch", "orders", 3, ["0"], [("1", "TooBad", "no", true)]);

        outcomes[0].ShouldBeNull();
        outcomes[1]!.Message.ShouldContain("TooBad");
        outcomes[2]!.Message.ShouldContain("answered nothing");
        BatchOutcome.Read("SendMessageBatch", "orders", 1, null, null)[0].ShouldNotBeNull();
    }

    [Fact]
    public void A_policy_keeps_what_others_wrote_and_an_existing_wildcard_counts()
    {
        const string queue = "arn:aws:sqs:eu-west-1:1:q";
        var first = QueuePolicy.Allow("""{"Version":"2012-10-17","Statement":{"Sid":"theirs","Effect":"Deny"}}""", queue,
            ["arn:aws:sns:eu-west-1:1:a"]);
        first.ShouldNotBeNull();
        first.ShouldContain("theirs");

        QueuePolicy.Allow(first, queue, ["arn:aws:sns:eu-west-1:1:a"]).ShouldBeNull();
        var second = QueuePolicy.Allow(first, queue, ["arn:aws:sns:eu-west-1:1:b"]);
        second.ShouldNotBeNull();
        second.ShouldContain("1:a\",\"arn");
        QueuePolicy.Allow(first.Replace("1:a", "1:*", StringComparison.Ordinal), queue, ["arn:aws:sns:eu-west-1:1:z"]).ShouldBeNull();
    }

    [Fact]
    public void Addresses_have_long_and_short_forms()
    {
        var host = new Uri("amazonsqs://eu-west-1/blue");

        new AmazonSqsEndpointAddress(host, new Uri("queue:orders")).ToUri().ShouldBe(new Uri("amazonsqs://eu-west-1/blue/orders"));
        new AmazonSqsEndpointAddress(host, new Uri("topic:sold")).ToUri().ShouldBe(new Uri("amazonsqs://eu-west-1/blue_sold?type=topic"));
        var temporary = new AmazonSqsEndpointAddress(host, new Uri("amazonsqs://eu-west-1/blue/tmp?temporary=true"));
        (temporary.Durable, temporary.AutoDelete, temporary.Name).ShouldBe((false, true, "tmp"));
        Should.Throw<ArgumentException>(() => new AmazonSqsEndpointAddress(host, new Uri("rabbitmq://host/q")))
            .Message.ShouldContain("rabbitmq");
    }

    [Fact]
    public void An_SNS_envelope_is_unwrapped_and_anything_else_is_not()
    {
        var envelope = SnsEnvelope.Find("""
            {"Type":"Notification","TopicArn":"arn:t","Message":"{\"a\":1}","MessageAttributes":{"k":{"Type":"String","Value":"v"}}}
            """);

        envelope.ShouldNotBeNull();
        envelope.Message.ShouldBe("""{"a":1}""");
        envelope.Attributes["k"].ShouldBe("v");
        SnsEnvelope.Find("""{"message":{"TopicArn":"not one"}}""").ShouldBeNull();
        SnsEnvelope.Find("\"TopicArn\" {").ShouldBeNull();
    }

    [Fact]
    public void A_delay_is_rounded_up_and_none_is_none()
    {
        var queue = new QueueDestination(new QueueSettings("q"));

        queue.DelaySeconds(null).ShouldBeNull();
        queue.DelaySeconds(TimeSpan.FromMilliseconds(1200)).ShouldBe(2);
        queue.DelaySeconds(AwsLimits.Delay).ShouldBe(900);
        Should.Throw<AmazonSqsTransportException>(() => new TopicDestination(new TopicSettings("t")).DelaySeconds(TimeSpan.FromSeconds(1)))
            .Message.ShouldContain("SNS delivers at once");
    }

    public sealed record Nested;

    public sealed record Pair<TFirst, TSecond>;
}
