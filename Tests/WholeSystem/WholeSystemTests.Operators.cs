using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <content>What operators see, and mend.</content>
public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task Poisoned_messages_become_a_group_of_dead_letters_that_an_operation_sends_once_each_though_its_worker_is_killed()
    {
        const int Letters = 30;
        using var client = system.Client(_user);
        using var sqs = new AmazonSQSClient(new BasicAWSCredentials(StandInsFixture.Key, StandInsFixture.Key),
            new AmazonSQSConfig { ServiceURL = system.MessagingUrl, AuthenticationRegion = StandInsFixture.Region });
        var url = (await sqs.GetQueueUrlAsync("receive-message", Token)).QueueUrl;
        var jobs = Enumerable.Range(0, Letters).Select(_ => Guid.CreateVersion7()).ToList();
        foreach (var job in jobs)
        {
            // A job's, but of an attempt that nobody can read.
            await sqs.SendMessageAsync(
                new SendMessageRequest
                {
                    QueueUrl = url,
                    MessageBody = $$"""{"messageId":"{{job}}","messageType":["urn:message:CloudIa.Contracts:ReceiveMessage"],"message":{"jobId":"{{job}}","attempt":"poison"} }""",
                    MessageAttributes = new() { ["Content-Type"] = new() { DataType = "String", StringValue = "application/vnd.masstransit+json" } },
                },
                Token);
        }

        var letters = new List<JsonElement>();
        await Eventually.Is(async () => (letters = await LettersAsync()).Count == Letters, "all are collected", seconds: 120);
        letters.ShouldAllBe(x => x.GetProperty("kind").GetString() == "error" && x.GetProperty("exception").GetString() != null);
        var exception = letters[0].GetProperty("exception").GetString();
        var filter = new { queue = "receive-message", exception };
        JsonElement group = default;
        await Eventually.Is(async () =>
        {
            group = (await GetAsync(client, "/ops/dead-letters/groups")).GetProperty("items").EnumerateArray()
                .FirstOrDefault(x => x.GetProperty("queue").GetString() == "receive-message" && x.GetProperty("exception").GetString() == exception);
            return group.ValueKind == JsonValueKind.Object && group.GetProperty("count").GetInt32() >= Letters;
        }, "they are a group");

        // Whoever received them noted when they had been sent.
        await using (var redis = await ConnectionMultiplexer.ConnectAsync(system.RedisConnectionString))
            (await QueueNotes.ReadAsync(redis)).ShouldContainKey(QueueNotes.NameOf("receive-message", QueueNotes.Received));

        using var begun = await client.PostAsJsonAsync("/ops/operations", new { kind = "retry-dead-letters", filter, ratePerSecond = 5 }, Token);
        begun.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var path = begun.Headers.Location!.ToString();
        await Eventually.Is(async () => (await GetAsync(client, path)).GetProperty("done").GetInt32() > 0, "it is in the middle of it", seconds: 120);
        await system.KillAsync("Sagas");
        (await GetAsync(client, path)).GetProperty("state").GetString().ShouldBe("running");
        await system.RestartAsync("Sagas");

        await Eventually.Is(async () => (await GetAsync(client, path)).GetProperty("state").GetString() == "done", "it goes on to its end", seconds: 180);
        (await GetAsync(client, path)).GetProperty("failed").GetInt32().ShouldBe(0);

        // Each was sent, and is as unreadable as before: a letter again, of the same id and a later time.
        await Eventually.Is(async () =>
        {
            var now = await LettersAsync();
            return letters.TrueForAll(x => now.Exists(y => Id(y) == Id(x) && y.GetProperty("at").GetDateTimeOffset() > x.GetProperty("at").GetDateTimeOffset()));
        }, "each came back", seconds: 120);

        using var discarded = await client.PostAsJsonAsync("/ops/operations", new { kind = "discard-dead-letters", filter, ratePerSecond = 100 }, Token);
        await Eventually.Is(async () => (await GetAsync(client, discarded.Headers.Location!.ToString())).GetProperty("state").GetString() == "done", "nothing is left", seconds: 120);
        (await LettersAsync()).ShouldBeEmpty();

        static string? Id(JsonElement letter) => letter.GetProperty("id").GetString();

        async Task<List<JsonElement>> LettersAsync() =>
            [.. (await GetAsync(client, "/ops/dead-letters?queue=receive-message&limit=100")).GetProperty("items").EnumerateArray().Where(x =>
                x.GetProperty("jobId").ValueKind == JsonValueKind.String && jobs.Contains(x.GetProperty("jobId").GetGuid()))];
    }

    private static Task<JsonElement> GetAsync(HttpClient client, string path) => client.GetFromJsonAsync<JsonElement>(path, Token);
}
