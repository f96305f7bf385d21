using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Sagas.Erasing;

/// <summary>
/// Goes over all that there is of what is to be erased: ends the jobs that run, empties those that have ended, and when none runs any more, what is around
/// them. All of it may be done twice, and by two at once.
/// </summary>
internal sealed partial class Eraser(
    IJobStore jobs, ILoadSagaRepository<ChatJobSaga> sagas, IUserDataStore data, IEventErasure events, IWebhookMarks webhooks, IBus bus, TimeProvider time, ILogger<Eraser> logger)
{
    /// <summary>Jobs at once: each is a dozen requests, one after the other.</summary>
    private const int Parallel = 8;

    /// <param name="alive">Called for each job. False: another process has taken over.</param>
    public async Task<Pass> PassAsync(ErasureRecord erasure, Func<Task<bool>> alive, CancellationToken cancellationToken)
    {
        var found = await BeginAsync(erasure, cancellationToken);
        var (open, erased, isOurs) = (0, 0, true);
        var limits = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(jobs.ListOfUserAsync(erasure.UserId, cancellationToken), limits, async (listed, token) =>
        {
            if ((erasure.ChatId is { } chat && listed.ChatId != chat) || !Volatile.Read(ref isOurs))
                return;

            if (!await alive())
                Volatile.Write(ref isOurs, false);
            else if (await jobs.GetAsync(listed.JobId, token) is not { } job || job.UserId != erasure.UserId)
                return;
            else if (await EraseAsync(job, token))
                Interlocked.Increment(ref erased);
            else
                Interlocked.Increment(ref open);
        });
        found += erased;
        if (open == 0 && isOurs)
            found += await AroundAsync(erasure, cancellationToken);

        Log.Passed(logger, found + open > 0 ? LogLevel.Information : LogLevel.Debug, erasure.ChatId is null ? "a user" : "a chat", erasure.RequestedAt, found, open);
        return new(found, open, isOurs);
    }

    /// <summary>First of all what opens the way to more.</summary>
    private async Task<int> BeginAsync(ErasureRecord erasure, CancellationToken cancellationToken)
    {
        if (erasure.ChatId is { } chat)
        {
            await data.HideChatAsync(erasure.UserId, chat, erasure.RequestedAt, cancellationToken);
            return 0;
        }

        var doors = await data.EraseDoorsAsync(erasure.UserId, cancellationToken);

        // Each time: who died just here has told nobody.
        await webhooks.ChangeAsync(erasure.UserId, cancellationToken);
        return doors;
    }

    /// <returns>False: the job is open, and was told to end; or its listeners have yet to hear that it has.</returns>
    private async Task<bool> EraseAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (!job.IsOpen && job.Outcome is not null)
        {
            if (await sagas.FindAsync(job.JobId) is { } saga && !saga.HasEnded())
                return false;

            await events.EraseJobAsync(job.JobId, cancellationToken);
            return await data.EraseJobAsync(job, time.GetUtcNow(), cancellationToken);
        }

        var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(job.ToCancelCommand(), cancellationToken);
        return false;
    }

    private async Task<int> AroundAsync(ErasureRecord erasure, CancellationToken cancellationToken)
    {
        if (erasure.ChatId is { } only)
            return await EraseChatAsync(only);

        var rows = 0;
        await foreach (var chat in data.ListChatsAsync(erasure.UserId, cancellationToken))
            rows += await EraseChatAsync(chat);
        return rows + await data.EraseRestAsync(erasure.UserId, cancellationToken);

        async Task<int> EraseChatAsync(Guid chat)
        {
            await events.EraseChatAsync(chat, cancellationToken);
            return await data.EraseChatAsync(erasure.UserId, chat, time.GetUtcNow(), cancellationToken);
        }
    }

    /// <param name="Found">What was erased now.</param>
    /// <param name="Open">Jobs that have not ended yet.</param>
    /// <param name="IsWhole">False: it broke off.</param>
    internal sealed record Pass(int Found, int Open, bool IsWhole)
    {
        public bool IsClear => this is { Found: 0, Open: 0, IsWhole: true };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 2401, Message = "Erasure of {What}, asked for at {RequestedAt:O}: {Found} things were erased, {Open} jobs have yet to end.")]
        public static partial void Passed(ILogger logger, LogLevel level, string what, DateTimeOffset requestedAt, int found, int open);
    }
}
