using System.Collections.Concurrent;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>
/// SQS and SNS of one account in this process, as strict as AWS where the stand-in is lax, on a clock that a test owns.
/// The SDK speaks to it through <see cref="FakeHttp"/>, from the wire form.
/// </summary>
internal sealed class FakeAccount : IDisposable
{
    public const string Region = "us-east-1";
    public const string Id = "000000000000";

    private readonly ConcurrentQueue<Call> _calls = new();
    private long _sequence;

    public FakeAccount()
    {
        Sqs = new FakeSqs(this);
        Sns = new FakeSns(this);
    }

    public FakeClock Clock { get; } = new();

    public Faults Faults { get; } = new();

    public FakeSqs Sqs { get; }

    public FakeSns Sns { get; }

    public Lock Gate { get; } = new();

    public Dictionary<string, FakeQueue> Queues { get; } = new(StringComparer.Ordinal);

    /// <summary>By ARN.</summary>
    public Dictionary<string, FakeTopic> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>When a queue of that name may be created again.</summary>
    public Dictionary<string, DateTimeOffset> Deleted { get; } = [];

    /// <summary>AWS: 60 s. Most tests do not want to wait.</summary>
    public TimeSpan DeletedFor { get; set; } = TimeSpan.Zero;

    /// <summary>AWS: 120,000 messages of one queue.</summary>
    public int InFlightCap { get; set; } = 120_000;

    public IReadOnlyCollection<Call> Calls => _calls;

    public FakeQueue? QueueByArn(string arn) => Queues.Values.FirstOrDefault(x => x.Arn == arn);

    public FakeQueue Queue(string name)
    {
        lock (Gate)
            return Queues.TryGetValue(name, out var queue) ? queue : throw AwsError.NoQueue();
    }

    /// <summary>A name for what happens, in order.</summary>
    public void Record(Call call) => _calls.Enqueue(call);

    public string NewId() => $"00000000-0000-4000-8000-{Interlocked.Increment(ref _sequence):x12}";

    public long NextSequence() => Interlocked.Increment(ref _sequence);

    public void Dispose() => Clock.Dispose();

    /// <param name="Action">Such as SendMessageBatch.</param>
    /// <param name="Entity">Queue or topic; empty where there is none.</param>
    /// <param name="Entries">Of a batch; 1 otherwise.</param>
    /// <param name="At">When, by the fake clock.</param>
    public sealed record Call(string Action, string Entity, int Entries, DateTimeOffset At);
}
