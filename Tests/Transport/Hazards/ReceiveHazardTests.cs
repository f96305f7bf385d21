using System.Text.Json;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Transport.FakeAws;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport.Hazards;

public sealed class ReceiveHazardTests : FakeAwsTest
{
    [Fact]
    public async Task No_poll_begins_once_a_stop_has_begun_not_even_after_one_that_failed()
    {
        var go = new TaskCompletionSource();
        var held = new Inbox<int>();
        await using var bus = await StartAsync(_ => Task.CompletedTask);
        Aws.Faults.On("ReceiveMessage", new AwsFault
        {
            Gate = async () =>
            {
                held.Add(1);
                await go.Task;
                throw new HttpRequestException(HttpRequestError.ConnectionError, "gone");
            },
        });
        await held.Reaches(1);

        var stopped = bus.StopAsync();
        await Eventually.Is(() => bus.Logs.Lines.Any(x => x.StartsWith("Consumer Stopping", StringComparison.Ordinal)
            && x.Contains(Queue, StringComparison.Ordinal)));
        go.SetResult();
        await stopped;

        held.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_idle_endpoint_asks_three_times_a_minute_and_looks_at_counts_seldom()
    {
        await using var bus = await StartAsync(_ => Task.CompletedTask);
        var begun = Aws.Clock.GetUtcNow();

        await Eventually.Is(() => Aws.Clock.GetUtcNow() - begun > TimeSpan.FromMinutes(20));

        var minutes = (Aws.Clock.GetUtcNow() - begun).TotalMinutes;
        Aws.Calls.Count(x => x.Action == "ReceiveMessage" && x.Entity == Queue).ShouldBeInRange((int)(minutes * 3) - 3, (int)(minutes * 3) + 3);
        Aws.Calls.Count(x => x.Action == "GetQueueAttributes" && x.Entity == Queue).ShouldBeLessThan((int)(minutes / 5) + 3);
    }

    [Fact]
    public async Task SQSs_cap_of_messages_in_flight_is_noticed_once_and_shows_until_it_is_over()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(Into(inbox));
        lock (Aws.Gate)
        {
            // Somebody else has received as many as SQS allows.
            var queue = Aws.Queues[Queue];
            for (var index = 0; index < Aws.InFlightCap; index++)
                queue.Add("x", [], null, null);
            foreach (var message in queue.Messages)
                (message.InFlight, message.VisibleAt, message.Receives) = (true, Aws.Clock.GetUtcNow() + TimeSpan.FromHours(6), 1);
        }

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        await Eventually.Is(() => bus.Control.CheckHealth().Status != BusHealthStatus.Healthy);
        var warned = Warnings();
        warned.ShouldBe(1);
        bus.Control.CheckHealth().Endpoints.Single(x => x.Key.EndsWith(Queue, StringComparison.Ordinal)).Value.Exception.ShouldNotBeNull()
            .Message.ShouldContain("brings nothing though 1 messages wait: 120000 are in flight");
        Probe().ShouldContain("\"inFlightCapReached\":true");
        inbox.Items.ShouldBeEmpty();

        lock (Aws.Gate)
        {
            var queue = Aws.Queues[Queue];
            while (queue.Messages.First is { Value.InFlight: true })
                queue.Messages.RemoveFirst();
            queue.Wake();
        }

        (await inbox.Next()).ShouldBe(1);
        await Eventually.Is(() => bus.Control.CheckHealth().Status == BusHealthStatus.Healthy);
        Probe().ShouldContain("\"inFlightCapReached\":false");
        Warnings().ShouldBe(1);

        int Warnings() => bus.Logs.Lines.Count(x => x.Contains("at SQS's cap", StringComparison.Ordinal));
        string Probe() => JsonSerializer.Serialize(bus.Control.GetProbeResult(TestContext.Current.CancellationToken).Results);
    }

    [Fact]
    public async Task Batches_are_counted_in_UTF8_bytes_to_queues_and_to_topics()
    {
        // 300,000 and 70,000 bytes; half of that in characters.
        var (large, small) = (new string('ä', 150_000), new string('ä', 35_000));
        await using var bus = await StartAsync(_ => Task.CompletedTask);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(x => bus.SendAsync(Queue, new Ping { Number = x, Text = large })));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(x =>
            bus.Control.Publish(new Ping { Number = x, Text = small }, TestContext.Current.CancellationToken)));

        Aws.Calls.Where(x => x.Action == "SendMessageBatch").ShouldContain(x => x.Entries > 1);
        Aws.Calls.Where(x => x.Action == "PublishBatch").ShouldContain(x => x.Entries > 1);
        await bus.IsEmptyAsync(Queue);
    }

    [Fact]
    public async Task A_lost_connection_comes_back_and_brings_what_waited()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(Into(inbox));
        var down = Aws.Faults.On("*", AwsFault.Refused, entity: Queue);
        await Eventually.Is(() => bus.Control.CheckHealth().Status != BusHealthStatus.Healthy);
        down.Dispose();

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        (await inbox.Next()).ShouldBe(1);
        await Eventually.Is(() => bus.Control.CheckHealth().Status == BusHealthStatus.Healthy);
    }

    [Fact]
    public async Task A_queue_that_was_deleted_under_its_endpoint_is_made_again()
    {
        var inbox = new Inbox<int>();
        await using var bus = await StartAsync(Into(inbox));
        await bus.Sqs.DeleteQueueAsync(await bus.UrlAsync(Queue), TestContext.Current.CancellationToken);
        await Eventually.Is(() => bus.ExistsAsync(Queue));

        await bus.SendAsync(Queue, new Ping { Number = 1 });

        (await inbox.Next()).ShouldBe(1);
    }
}
