using System.Text;
using System.Text.Json;
using CloudIa.Contracts.Client;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>A list for each job: an event is stored without its number, which is its place. See <see cref="EventLogScripts"/>.</summary>
/// <remarks>A cancelled call stops waiting; what was sent to Redis may still be done.</remarks>
internal sealed class RedisEventLog(IConnectionMultiplexer redis, IOptions<EventLogOptions> options, TimeProvider time) : IEventLog, IEventCounts
{
    /// <summary>Garnet's indexes are 32 bits wide. A number beyond comes from a client that made it up.</summary>
    private const long MaxEvents = int.MaxValue;

    private const int PartialPage = 1_000;

    private readonly EventLogKeys _keys = new(options.Value.KeyPrefix);
    private readonly long _retentionAfterEnd = Milliseconds(options.Value.RetentionAfterEnd);
    private readonly long _retentionWhileLive = Milliseconds(options.Value.RetentionWhileLive);

    public Task AcceptAsync(string userId, JobAccepted accepted, CancellationToken cancellationToken) =>
        EvaluateAsync(EventLogScripts.Accept, accepted.JobId, cancellationToken, _keys.Channel(userId), Json(accepted), _retentionWhileLive);

    public async Task<BeginRunResult> BeginRunAsync(string userId, JobStarted started, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lease, TimeSpan.FromMilliseconds(1));
        var reset = new MessageReset
        {
            JobId = started.JobId,
            ChatId = started.ChatId,
            Attempt = started.Attempt,
            Timestamp = started.Timestamp,
        };
        var reply = await EvaluateAsync(EventLogScripts.Begin, started.JobId, cancellationToken, _keys.Channel(userId), started.Attempt,
            time.GetUtcNow().ToUnixTimeMilliseconds(), Milliseconds(lease), _retentionWhileLive, Json(started), Json(reset));
        var number = (long)reply[1];
        return (int)reply[0] switch
        {
            1 => new(BeginRunStatus.Begun, new LlmRun(started.JobId, userId, started.Attempt, number, lease), TimeSpan.Zero),
            2 => new(BeginRunStatus.Busy, null, TimeSpan.FromMilliseconds(Math.Max(1, number))),
            3 => new(BeginRunStatus.Ended, null, TimeSpan.Zero),
            _ => new(BeginRunStatus.Answered, null, TimeSpan.Zero),
        };
    }

    public Task<bool> AppendAsync(LlmRun run, MessageDelta delta, CancellationToken cancellationToken) =>
        WriteAsync(EventLogScripts.Append, run, Json(delta), cancellationToken);

    public Task<bool> RenewAsync(LlmRun run, CancellationToken cancellationToken) =>
        WriteAsync(EventLogScripts.Renew, run, RedisValue.EmptyString, cancellationToken);

    public Task<bool> KeepAnswerAsync(LlmRun run, KeptAnswer answer, CancellationToken cancellationToken) =>
        WriteAsync(EventLogScripts.Keep, run, KeptAnswerJson.Serialize(answer), cancellationToken);

    public Task DelayAsync(string userId, JobDelayed delayed, CancellationToken cancellationToken) =>
        EvaluateAsync(EventLogScripts.Delay, delayed.JobId, cancellationToken, _keys.Channel(userId), delayed.Attempt,
            NextTry.Write(delayed.Attempt, delayed.Until), _retentionWhileLive, Json(delayed));

    public async Task<DateTimeOffset?> GetDelayAsync(Guid jobId, int attempt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string? written = await redis.GetDatabase().HashGetAsync(_keys.Run(jobId), NextTry.Field, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        return NextTry.Read(written, attempt);
    }

    public Task ReleaseAsync(LlmRun run, CancellationToken cancellationToken) =>
        EvaluateAsync(EventLogScripts.Release, run.JobId, cancellationToken, run.Fence);

    public async Task<KeptAnswer?> GetAnswerAsync(Guid jobId, CancellationToken cancellationToken)
    {
        byte[]? json = await redis.GetDatabase().StringGetAsync(_keys.Answer(jobId), CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        try
        {
            return json is null ? null : KeptAnswerJson.Deserialize(json);
        }
        catch (JsonException)
        {
            throw CorruptEventException.Answer(jobId, json!.Length);
        }
    }

    public Task StopAsync(Guid jobId, int attempt, CancellationToken cancellationToken) =>
        EvaluateAsync(EventLogScripts.Stop, jobId, cancellationToken, _keys.Stops, attempt, RedisRunStops.Announcement(new(jobId, attempt)), _retentionWhileLive);

    public async Task<string> ReadPartialAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var page = PartialPage;
        for (long after = 0; page > 0;)
        {
            IReadOnlyList<ClientEvent> events;
            try
            {
                events = await ReadAsync(jobId, after, page, cancellationToken);
            }
            catch (CorruptEventException corrupt)
            {
                // What follows it would be joined to text that it does not follow.
                page = (int)(corrupt.Seq - after - 1);
                continue;
            }

            foreach (var value in events)
            {
                _ = value switch
                {
                    MessageReset => text.Clear(),
                    MessageDelta delta => text.Append(delta.Content),
                    _ => text,
                };
            }

            if (events.Count < PartialPage)
            {
                break;
            }

            after += events.Count;
        }

        return text.ToString();
    }

    public async Task<bool> IsRunningAsync(Guid jobId, int attempt, CancellationToken cancellationToken) =>
        (long)await EvaluateAsync(EventLogScripts.IsRunning, jobId, cancellationToken, attempt) > 0;

    public Task EndAsync(string userId, ClientEvent last, CancellationToken cancellationToken) =>
        EvaluateAsync(EventLogScripts.End, last.JobId, cancellationToken, _keys.Channel(userId), last.Attempt, _retentionAfterEnd, Json(last));

    public Task<long> CountAsync(Guid jobId, CancellationToken cancellationToken) =>
        redis.GetDatabase().ListLengthAsync(_keys.Events(jobId)).WaitAsync(cancellationToken);

    public async Task<IReadOnlyList<ClientEvent>> ReadAsync(Guid jobId, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);

        if (after > MaxEvents)
        {
            return [];
        }

        // The list counts from 0 and events from 1: what follows event number `after` is at index `after`.
        var values = await redis.GetDatabase()
            .ListRangeAsync(_keys.Events(jobId), after, Math.Min(after + limit - 1, MaxEvents), CommandFlags.DemandMaster)
            .WaitAsync(cancellationToken);
        var events = new ClientEvent[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            events[i] = Event(jobId, values[i], after + i + 1);
        }

        return events;
    }

    private async Task<bool> WriteAsync(string script, LlmRun run, RedisValue value, CancellationToken cancellationToken)
    {
        var reply = await EvaluateAsync(script, run.JobId, cancellationToken, _keys.Channel(run.UserId), run.Attempt, run.Fence,
            Milliseconds(run.Lease), _retentionWhileLive, value);
        return (long)reply > 0;
    }

    private Task<RedisResult> EvaluateAsync(string script, Guid jobId, CancellationToken cancellationToken, params RedisValue[] arguments)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return redis.GetDatabase().ScriptEvaluateAsync(script, _keys.OfJob(jobId), arguments).WaitAsync(cancellationToken);
    }

    private static RedisValue Json(ClientEvent value) => ClientEventJson.SerializeToUtf8Bytes(value);

    private static ClientEvent Event(Guid jobId, byte[]? json, long seq)
    {
        try
        {
            return ClientEventJson.Deserialize(json, seq);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw CorruptEventException.AtPlace(jobId, seq, json?.Length ?? 0);
        }
    }

    private static long Milliseconds(TimeSpan value) => (long)Math.Ceiling(value.TotalMilliseconds);
}
