using System.Text;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Webhooks;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Webhooks;

public sealed class WebhookBodyTests
{
    private static readonly MessageCompleted Last = new()
    {
        JobId = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10"),
        ChatId = new("0195d3a8-0000-7000-8000-2f6a3b8c4d10"),
        Attempt = 2,
        Timestamp = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Content = "ação \"🦜\"\u2028",
        Metadata = new() { MessageId = Guid.Empty, Model = "echo", Tokens = 7, FinishReason = "stop" },
    };

    [Fact]
    public void The_data_is_the_event_as_every_listener_gets_it_byte_for_byte()
    {
        var body = Encoding.UTF8.GetString(WebhookBody.Of("message.completed", Last, 1_000));

        body.ShouldBe($$$"""
            {"type":"message.completed","timestamp":"2026-01-02T03:04:05Z","data":{{{ClientEventJson.Serialize(Last)}}},"links":{"self":"/chat/jobs/0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10","messages":"/chats/0195d3a8-0000-7000-8000-2f6a3b8c4d10/messages"}}
            """);
    }

    [Fact]
    public void A_long_answer_is_left_out_and_its_length_said()
    {
        var bytes = Encoding.UTF8.GetByteCount(Last.Content);

        JsonSerializer.Deserialize<JsonElement>(WebhookBody.Of("message.completed", Last, bytes)).GetProperty("data").GetProperty("content").GetString().ShouldBe(Last.Content);
        var data = JsonSerializer.Deserialize<JsonElement>(WebhookBody.Of("message.completed", Last, bytes - 1)).GetProperty("data");
        data.TryGetProperty("content", out _).ShouldBeFalse();
        data.GetProperty("contentBytes").GetInt32().ShouldBe(bytes);
        data.GetProperty("metadata").GetProperty("model").GetString().ShouldBe("echo");
    }

    [Fact]
    public void Every_outcome_has_a_type() =>
        WebhookEvents.All.ShouldBe(["message.completed", "job.failed", "job.cancelled", "job.expired"]);
}
