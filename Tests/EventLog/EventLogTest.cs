using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CloudIa.Tests.EventLog;

/// <summary>A log with feed and registry of its own, and the events of one job.</summary>
public abstract class EventLogTest(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    protected const string User = "maria@example.org";

    protected static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly Guid _chatId = NewId.NextGuid();

    protected Guid JobId { get; } = NewId.NextGuid();

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected IEventLog Log { get; private set; } = null!;

    internal RedisEventFeed Feed { get; private set; } = null!;

    internal RedisRunStops Stops { get; private set; } = null!;

    protected IConnectionRegistry Registry { get; private set; } = null!;

    internal EventLogKeys Keys { get; private set; } = null!;

    protected EventLogOptions Options { get; } = new();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Options.KeyPrefix = Prefix;
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        Keys = new EventLogKeys(Prefix);
        Log = new RedisEventLog(Redis, options, Time);
        Feed = new RedisEventFeed(Redis, options, NullLogger<RedisEventFeed>.Instance);
        Registry = new RedisConnectionRegistry(Redis, options);
        Stops = new RedisRunStops(Redis, options);
    }

    public override async ValueTask DisposeAsync()
    {
        if (Feed is not null)
        {
            await Feed.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal RedisEventFeed NewFeed(StackExchange.Redis.IConnectionMultiplexer redis) =>
        new(redis, Microsoft.Extensions.Options.Options.Create(Options), NullLogger<RedisEventFeed>.Instance);

    protected JobAccepted Accepted() => new() { JobId = JobId, ChatId = _chatId, Attempt = 1, Timestamp = Time.GetUtcNow() };

    protected JobStarted Started(int attempt = 1) => new() { JobId = JobId, ChatId = _chatId, Attempt = attempt, Timestamp = Time.GetUtcNow() };

    protected MessageDelta Delta(string content, int attempt = 1) =>
        new() { JobId = JobId, ChatId = _chatId, Attempt = attempt, Timestamp = Time.GetUtcNow(), Content = content };

    protected JobError Failed(int attempt = 1) => new()
    {
        JobId = JobId,
        ChatId = _chatId,
        Attempt = attempt,
        Timestamp = Time.GetUtcNow(),
        Message = "The model did not answer.",
        Details = "model_unavailable",
        Retryable = true,
    };

    protected KeptAnswer Answer(string text, int attempt = 1) => new()
    {
        Attempt = attempt,
        Text = text,
        Model = "echo",
        Usage = new TokenUsage { InputTokens = 3, OutputTokens = 5 },
        FinishReason = "stop",
        CompletedAt = Time.GetUtcNow(),
    };

    protected async Task<LlmRun> BeginAsync(int attempt = 1, TimeSpan? lease = null)
    {
        var result = await Log.BeginRunAsync(User, Started(attempt), lease ?? Lease, Token);
        return result.Run ?? throw new InvalidOperationException($"The run did not begin: {result.Status}.");
    }

    protected Task<IReadOnlyList<ClientEvent>> ReadAllAsync() => Log.ReadAsync(JobId, 0, 1000, Token);

    /// <summary>The names of a job's events, such as <c>JobAccepted</c>.</summary>
    protected async Task<string[]> NamesAsync() => [.. (await ReadAllAsync()).Select(x => x.GetType().Name)];
}
