using System.Text;
using System.Text.Json;
using CloudIa.SagaRepository.Outbox;
using CloudIa.SagaRepository.Redis;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class SagaValueTests
{
    private const string Outbox = """{"events":[{"id":"x","at":1}]}""";

    [Theory]
    [InlineData("""{"a":1,"$outbox":@}""", """{"a":1}""")]
    [InlineData("""{"$outbox":@,"a":1}""", """{"a":1}""")]
    [InlineData("""{"a":1,"$outbox":@,"b":{"c":[2]}}""", """{"a":1,"b":{"c":[2]}}""")]
    [InlineData("""{"$outbox":@}""", "{}")]
    [InlineData("{ \"a\" : 1 ,\r\n\t\"$outbox\" : @ \n}", "{ \"a\" : 1 }")]
    [InlineData("{ \"$outbox\" : @ ,\n \"a\" : 1 }", "{\n \"a\" : 1 }")]
    [InlineData("""{"a":{"b":"}"},"$outbox":@}""", """{"a":{"b":"}"}}""")]
    public void The_outbox_is_taken_out_wherever_it_stands(string value, string saga)
    {
        var split = SagaValue.Split(Encoding.UTF8.GetBytes(value.Replace("@", Outbox, StringComparison.Ordinal)));

        Encoding.UTF8.GetString(split.Saga.Span).ShouldBe(saga);
        split.Outbox.Events.ShouldBe([new AppliedEvent("x", 1)]);
    }

    [Theory]
    [InlineData("""{"a":"$outbox"}""")]
    [InlineData("""{"a":{"$outbox":{"events":[]}}}""")]
    [InlineData("""["$outbox"]""")]
    [InlineData("""{"$outbox":""")]
    [InlineData("\"$outbox\"")]
    [InlineData("")]
    public void A_value_without_an_outbox_is_the_saga_as_it_is(string value)
    {
        var split = SagaValue.Split(Encoding.UTF8.GetBytes(value));

        Encoding.UTF8.GetString(split.Saga.Span).ShouldBe(value);
        split.Outbox.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("{}", """{"$outbox":@}""")]
    [InlineData("""{"a":1}""", """{"a":1,"$outbox":@}""")]
    public void The_outbox_is_the_last_property(string saga, string value)
    {
        var joined = SagaValue.Join(Encoding.UTF8.GetBytes(saga), new([new("x", 1)]));

        Encoding.UTF8.GetString(joined).ShouldBe(value.Replace("@", Outbox, StringComparison.Ordinal));
    }

    [Fact]
    public void A_saga_without_an_outbox_is_its_JSON_and_nothing_else() =>
        SagaValue.Join("""{"a":1}"""u8.ToArray(), SagaOutbox.Empty).ShouldBe("""{"a":1}"""u8.ToArray());

    [Fact]
    public void A_message_comes_back_as_it_was()
    {
        var message = new OutboxMessage
        {
            MessageId = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10"),
            DestinationAddress = new("amazonsqs://eu-west-1/tell.fifo?durable=true"),
            ContentType = "application/vnd.masstransit+json",
            MessageType = ["urn:message:A", "urn:message:B"],
            Body = JsonSerializer.SerializeToElement(new { text = "ação 🦜 <b> \"quoted\"", amount = 1.10m }),
            Properties = JsonSerializer.SerializeToElement(new { Delay = "00:00:02" }),
            SentTime = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc),
        };

        var read = SagaValue.Split(SagaValue.Join("{}"u8.ToArray(), new([new("x", 1, [message])]))).Outbox.Events[0].Messages.ShouldNotBeNull()[0];

        read.MessageId.ShouldBe(message.MessageId);
        read.DestinationAddress.ShouldBe(message.DestinationAddress);
        read.MessageType.ShouldBe(message.MessageType);
        read.SentTime.ShouldBe(message.SentTime);
        JsonElement.DeepEquals(read.Body, message.Body).ShouldBeTrue();
        read.BodyText().ShouldContain("1.10");
        JsonElement.DeepEquals(read.Properties!.Value, message.Properties!.Value).ShouldBeTrue();
        read.Headers.ShouldBeNull();
    }
}
