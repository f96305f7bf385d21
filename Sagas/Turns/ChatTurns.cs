using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using StackExchange.Redis;

namespace CloudIa.Sagas.Turns;

/// <summary>
/// The rows say who has ended, a set in Redis who wants to hear of it. Whoever waits puts itself into the set first and looks at the row then; who
/// ends has its row written first and reads the set then. So one of the two always sees the other; and were the set lost, the one that waits looks
/// again when its deadline is over.
/// </summary>
internal sealed class ChatTurns(IJobStore jobs, IConnectionMultiplexer redis, TimeProvider time) : ITurns
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(1);

    /// <summary>A job takes its turn before it has a row. Longer than all tries of that write: after it there will be none.</summary>
    private static readonly TimeSpan RowPatience = TimeSpan.FromSeconds(30);

    public async Task<bool> IsFreeAsync(ChatJobSaga saga, CancellationToken cancellationToken)
    {
        if (saga.AfterJobId is not { } before)
            return true;

        var key = Key(before);
        var database = redis.GetDatabase();
        await Task.WhenAll(
            database.SetAddAsync(key, saga.CorrelationId.ToString("N")),
            database.KeyExpireAsync(key, Retention)).WaitAsync(cancellationToken);
        return await jobs.GetAsync(before, cancellationToken) is { } row
            ? !row.IsOpen || IsLater(row, saga)
            : time.GetUtcNow() - saga.AcceptedAt > RowPatience;
    }

    public async Task<IReadOnlyList<Guid>> WaitingForAsync(Guid jobId, CancellationToken cancellationToken)
    {
        var members = await redis.GetDatabase().SetMembersAsync(Key(jobId), CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        return [.. members.Select(x => Guid.ParseExact(x.ToString(), "N"))];
    }

    // A turn that was taken twice, because the answer to the first time was lost, has one after it that it waits for, and that waits for it.
    private static bool IsLater(JobRecord row, ChatJobSaga saga) => saga.Turn > 0 && row.Turn > saga.Turn;

    private static RedisKey Key(Guid jobId) => $"chat-job-waiting:{jobId:N}";
}
