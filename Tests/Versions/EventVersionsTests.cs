using System.Text;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Versions;

/// <summary>A job's log and its kept answer, which outlive an update; the events are what clients read, too.</summary>
public sealed class EventVersionsTests
{
    private static readonly Guid JobId = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10");
    private static readonly Guid ChatId = new("0195d3a8-0000-7000-8000-2f6a3b8c4d10");
    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly KeptAnswer Kept = new()
    {
        Attempt = 1,
        Text = "ação 🦜 \"quoted\"\n<b>",
        Model = "echo-1",
        Provider = "echo",
        Usage = new() { InputTokens = 11, OutputTokens = 7, CachedInputTokens = 3, Estimated = true },
        Cost = new() { Amount = 0.000012m, Currency = "EUR" },
        FinishReason = "stop",
        CompletedAt = Time,
    };

    /// <summary>The first version knew no costs.</summary>
    private static readonly KeptAnswer FirstKept = Kept with { Provider = null, Usage = new() { InputTokens = 11, OutputTokens = 7 }, Cost = null };

    private static readonly Dictionary<string, ClientEvent> All = new ClientEvent[]
    {
        new JobAccepted { JobId = JobId, ChatId = ChatId, Attempt = 1, Timestamp = Time },
        new JobStarted { JobId = JobId, ChatId = ChatId, Attempt = 1, Timestamp = Time },
        new JobDelayed { JobId = JobId, ChatId = ChatId, Attempt = 1, Timestamp = Time, Until = Time.AddSeconds(15), Reason = JobDelays.CircuitOpen },
        new MessageDelta { JobId = JobId, ChatId = ChatId, Attempt = 1, Timestamp = Time, Content = "ação 🦜 \"quoted\"\n<b>" },
        new MessageReset { JobId = JobId, ChatId = ChatId, Attempt = 1, Timestamp = Time },
        new MessageCompleted
        {
            JobId = JobId,
            ChatId = ChatId,
            Attempt = 1,
            Timestamp = Time,
            Content = "ação",
            Metadata = new() { MessageId = ChatId, Model = "echo-1", Tokens = 18, InputTokens = 11, OutputTokens = 7, FinishReason = "stop" },
        },
        new JobError { JobId = JobId, ChatId = ChatId, Attempt = 1, Timestamp = Time, Message = "The model could not be reached.", Details = "model_unavailable", Retryable = true },
        new JobCancelled { JobId = JobId, ChatId = ChatId, Attempt = 1, Timestamp = Time },
    }.ToDictionary(x => x.GetType().Name);

    public static TheoryData<string> Events { get; } = [.. All.Keys];

    public static TheoryData<string> FirstEvents { get; } = [.. All.Keys.Except([nameof(JobCancelled), nameof(JobDelayed)])];

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_of_today_is_written_as_the_file_says_and_read_as_it_was(string name)
    {
        Golden.ShouldBeWritten($"log.{name}", ClientEventJson.SerializeToUtf8Bytes(All[name]));

        ClientEventJson.Deserialize(Golden.Bytes("today", $"log.{name}")).ShouldBe(All[name]);
    }

    [Theory]
    [MemberData(nameof(FirstEvents))]
    public void An_event_of_the_first_version_is_read(string name) => ClientEventJson.Deserialize(Golden.Bytes("first", $"log.{name}")).ShouldBe(All[name]);

    [Theory]
    [MemberData(nameof(Events))]
    public void Fields_of_a_version_to_come_are_read_over(string name) =>
        ClientEventJson.Deserialize(Encoding.UTF8.GetBytes(Golden.WithUnknownFields(Golden.Text("today", $"log.{name}")))).ShouldBe(All[name]);

    /// <summary>The log says of such a place that it is corrupt (see the event log's own tests): none is left out in silence.</summary>
    [Fact]
    public void An_event_of_a_version_to_come_is_none()
    {
        var text = Golden.Text("today", "log.JobStarted").Replace("job_started", "job_paused", StringComparison.Ordinal);
        text.ShouldContain("job_paused");

        Should.Throw<JsonException>(() => ClientEventJson.Deserialize(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Every_event_has_its_files() =>
        All.Values.Select(x => x.GetType()).ShouldBe(typeof(ClientEvent).Assembly.GetExportedTypes().Where(x => x.IsSubclassOf(typeof(ClientEvent))), ignoreOrder: true);

    [Fact]
    public void A_kept_answer_is_written_as_the_file_says_and_read_as_it_was()
    {
        Golden.ShouldBeWritten("answer", KeptAnswerJson.Serialize(Kept));

        KeptAnswerJson.Deserialize(Golden.Bytes("today", "answer")).ShouldBe(Kept);
    }

    [Fact]
    public void A_kept_answer_of_the_first_version_is_read() => KeptAnswerJson.Deserialize(Golden.Bytes("first", "answer")).ShouldBe(FirstKept);

    [Fact]
    public void Fields_of_a_kept_answer_of_a_version_to_come_are_read_over() =>
        KeptAnswerJson.Deserialize(Encoding.UTF8.GetBytes(Golden.WithUnknownFields(Golden.Text("today", "answer")))).ShouldBe(Kept);
}
