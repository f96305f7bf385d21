using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Receiving;

public sealed class ReceiveMessageConsumerTests
{
    [Fact]
    public async Task The_users_message_is_recorded_at_its_turn_and_told()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept("Why?", after: processor.Accept());
        await processor.ReceiveAsync(job, attempt: 3);

        var told = await processor.Bus.PublishesAsync<MessageReceived>();

        told.JobId.ShouldBe(job.JobId);
        told.Attempt.ShouldBe(3);
        processor.Chats.Of(job.ChatId).ShouldHaveSingleItem().ShouldBe(new MessageRecord
        {
            ChatId = job.ChatId,
            Sequence = 3,
            MessageId = DerivedId.OfMessage(job.JobId, "user"),
            JobId = job.JobId,
            Role = "user",
            Content = "Why?",
            CreatedAt = job.AcceptedAt,
        });
    }

    [Fact]
    public async Task A_second_delivery_writes_nothing_and_tells_again()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        await processor.ReceiveAsync(job);
        await processor.ReceiveAsync(job);

        await processor.Bus.ReachesAsync(() => processor.Bus.Published<MessageReceived>().Count == 2, "two MessageReceived");

        processor.Chats.Of(job.ChatId).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_job_without_a_row_faults_at_once()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        await processor.SendAsync(ChatJobQueues.ReceiveMessage, new ReceiveMessage { JobId = NewId.NextGuid(), Attempt = 1 });

        var fault = await processor.Bus.PublishesAsync<Fault<ReceiveMessage>>();
        await processor.Bus.ReceivesAsync(1);

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.JobNotFoundException");
        processor.Bus.Received.ShouldBe(1);
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_is_waited_for()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        for (var i = 0; i < 4; i++)
        {
            processor.Chats.Failures.Enqueue(new IOException("away"));
        }

        await processor.ReceiveAsync(job);

        await processor.Bus.PublishesAsync<MessageReceived>();
        await processor.Bus.ReceivesAsync(3);
        processor.Chats.Of(job.ChatId).Count.ShouldBe(1);
        processor.Bus.Published<Fault<ReceiveMessage>>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_stays_away_faults_after_all_retries_and_redeliveries()
    {
        await using var processor = await ProcessorDriver.StartAsync();
        var job = processor.Accept();
        for (var i = 0; i < 6; i++)
        {
            processor.Chats.Failures.Enqueue(new IOException("away"));
        }

        await processor.ReceiveAsync(job);

        await processor.Bus.PublishesAsync<Fault<ReceiveMessage>>();
        processor.Chats.Failures.ShouldBeEmpty();
    }
}
