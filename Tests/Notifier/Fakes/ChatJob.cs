using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>A job of a user, and its events as Processor and Notifier would write them.</summary>
internal sealed class ChatJob(FakeEventLog log, string userId)
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public Guid JobId { get; } = NewId.NextGuid();

    public Guid ChatId { get; init; } = NewId.NextGuid();

    public string UserId => userId;

    public int Attempt { get; set; } = 1;

    public JobRecord Record => new()
    {
        JobId = JobId,
        UserId = userId,
        ChatId = ChatId,
        Turn = 3,
        BodyHash = "00",
        Prompt = "?",
        AcceptedAt = _now,
    };

    public long Accept() => log.Append(userId, Accepted());

    public long Start() => log.Append(userId, Started());

    public long Write(string content) => log.Append(userId, Delta(content));

    public long Complete(string content) => log.Append(userId, Completed(content));

    public long Fail() => log.Append(userId, Failed());

    public JobAccepted Accepted() => new() { JobId = JobId, ChatId = ChatId, Attempt = Attempt, Timestamp = Now() };

    public JobStarted Started() => new() { JobId = JobId, ChatId = ChatId, Attempt = Attempt, Timestamp = Now() };

    public MessageDelta Delta(string content) =>
        new() { JobId = JobId, ChatId = ChatId, Attempt = Attempt, Timestamp = Now(), Content = content };

    public MessageCompleted Completed(string content) => new()
    {
        JobId = JobId,
        ChatId = ChatId,
        Attempt = Attempt,
        Timestamp = Now(),
        Content = content,
        Metadata = new CompletionMetadata { MessageId = DerivedId.OfMessage(JobId, MessageRoles.Assistant), Model = "echo", Tokens = 7, FinishReason = "stop" },
    };

    /// <summary>All events of a short answer: <paramref name="pieces"/> + 3 of them.</summary>
    public void Answer(int pieces)
    {
        foreach (var step in Steps(pieces))
        {
            step();
        }
    }

    /// <summary>The same one by one.</summary>
    public IEnumerable<Action> Steps(int pieces)
    {
        yield return () => Accept();
        yield return () => Start();
        for (var i = 0; i < pieces; i++)
        {
            var content = $"{i},";
            yield return () => Write(content);
        }

        yield return () => Complete(string.Concat(Enumerable.Range(0, pieces).Select(x => $"{x},")));
    }

    private JobError Failed() => new()
    {
        JobId = JobId,
        ChatId = ChatId,
        Attempt = Attempt,
        Timestamp = Now(),
        Message = JobFailures.ModelUnavailable.Message,
        Details = JobFailures.ModelUnavailable.Code,
        Retryable = true,
    };

    private DateTimeOffset Now() => _now = _now.AddMilliseconds(25);
}
