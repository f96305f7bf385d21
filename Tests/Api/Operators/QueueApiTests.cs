using System.Text.Json;
using Amazon.SQS.Model;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Api.Operators;

public sealed class QueueApiTests(OperatorsFixture ops) : IClassFixture<OperatorsFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queues_are_counted_with_what_could_not_be_handled()
    {
        var main = (await ops.Sqs.CreateQueueAsync("invoke-llm", Token)).QueueUrl;
        var dead = (await ops.Sqs.CreateQueueAsync("invoke-llm_dead", Token)).QueueUrl;
        QueueNotes.Note(ops.Services.GetRequiredService<IConnectionMultiplexer>(), "invoke-llm", QueueNotes.Received, TimeProvider.System.GetUtcNow().AddMinutes(-5));
        foreach (var n in Enumerable.Range(0, 3))
            await ops.Sqs.SendMessageAsync(main, $"{n}", Token);
        await ops.Sqs.SendMessageAsync(new SendMessageRequest { QueueUrl = main, MessageBody = "later", DelaySeconds = 900 }, Token);
        await ops.Sqs.SendMessageAsync(dead, "dead", Token);
        await ops.Sqs.ReceiveMessageAsync(new ReceiveMessageRequest { QueueUrl = main, MaxNumberOfMessages = 1, VisibilityTimeout = 900 }, Token);
        await ops.AddAsync(OperatorsFixture.Letter() with { Queue = "invoke-llm" });

        JsonElement queue = default;
        await Eventually.Is(async () =>
        {
            queue = await QueueAsync("invoke-llm");
            return Count(queue, "depth") == 2 && Count(queue.GetProperty("deadLetters"), "open") == 1;
        }, "all are counted");

        (Count(queue, "inFlight"), Count(queue, "delayed")).ShouldBe((1, 1));
        (Count(queue.GetProperty("deadLetters"), "dead"), Count(queue.GetProperty("deadLetters"), "error")).ShouldBe((1, 0));
        queue.GetProperty("oldestSecondsAtMost").GetDouble().ShouldBeGreaterThanOrEqualTo(300);

        // That it was seen empty says more than what was received before.
        await ops.Sqs.PurgeQueueAsync(main, Token);
        await Eventually.Is(async () => Count(queue = await QueueAsync("invoke-llm"), "depth") + Count(queue, "inFlight") + Count(queue, "delayed") == 0, "it is empty");
        queue.GetProperty("oldestSecondsAtMost").GetDouble().ShouldBe(0);
        await ops.Sqs.SendMessageAsync(main, "new", Token);
        await Eventually.Is(async () => Count(queue = await QueueAsync("invoke-llm"), "depth") == 1, "it has one");
        queue.GetProperty("oldestSecondsAtMost").GetDouble().ShouldBeLessThan(300);
    }

    [Fact]
    public async Task A_queue_that_nobody_has_made_is_empty()
    {
        var queue = await QueueAsync("deliver-webhook");

        (queue.GetProperty("exists").GetBoolean(), Count(queue, "depth")).ShouldBe((false, 0));
    }

    private static int Count(JsonElement value, string name) => value.GetProperty(name).GetInt32();

    private async Task<JsonElement> QueueAsync(string name) =>
        (await ops.GetAsync("/ops/queues")).GetProperty("items").EnumerateArray().Single(x => x.GetProperty("name").GetString() == name);
}
