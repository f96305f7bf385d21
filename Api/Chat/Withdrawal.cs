using System.Runtime.ExceptionServices;
using CloudIa.Api.Problems;
using CloudIa.Store;

namespace CloudIa.Api.Chat;

/// <summary>
/// Takes back what an acceptance that failed had taken: row, place and turn, in this order. Where a row may be there its place and its turn stay: the sweeper
/// may start it. A row that another request was promised stays. What the caller hears says which of it is so.
/// </summary>
internal sealed partial class Withdrawal(IChatStore chats, IJobStore jobs, ILogger logger)
{
    /// <summary>The store did not do what it was asked to, or did not say whether it did.</summary>
    public static bool IsOfStore(Exception exception) => exception is OperationCanceledException || StoreFailures.IsOfStore(exception);

    /// <summary>
    /// The row was not written, or nobody knows whether it was. Which of the two, the row says. It is not removed: one with an Idempotency-Key can be that of another
    /// request, which was told 202.
    /// </summary>
    /// <param name="failure">What writing failed with; null where there was a row already.</param>
    /// <returns>The row that is there, whoever wrote it.</returns>
    /// <exception cref="DependencyException">There is none, and nothing of the acceptance is left; or that is not known.</exception>
    public async Task<JobRecord> RowOrNothingAsync(Acceptance acceptance, Exception? failure)
    {
        try
        {
            if (await jobs.GetAsync(acceptance.Job.JobId, CancellationToken.None) is { } row)
                return row;
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            Log.NotKnown(logger, exception, acceptance.Job.JobId);
            throw MaybeStored(acceptance.Job, failure ?? exception);
        }

        acceptance.Place.Leave();
        await ReturnTurnAsync(acceptance);
        if (failure is null)
            throw TakenBackJustNow();

        Log.TakenBack(logger, acceptance.Job.JobId, failure.GetType().Name);
        if (failure is not OperationCanceledException && !StoreFailures.MayPass(failure))
            ExceptionDispatchInfo.Throw(failure);
        throw new DependencyException(StatusCodes.Status503ServiceUnavailable, "The message could not be stored: the store (DynamoDB) does not answer. Nothing was accepted; send it again.", failure);
    }

    /// <summary>The row was written by this request, and its job could not be handed on.</summary>
    /// <returns>What the caller is to hear instead of the failure, where the row stays or may have stayed; null where it is gone.</returns>
    public async Task<DependencyException?> OfRowAsync(Acceptance acceptance, Exception failure)
    {
        var job = acceptance.Job;
        try
        {
            if (!await jobs.WithdrawAsync(job.JobId, CancellationToken.None))
                return Kept(job, failure);
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            Log.NotTakenBack(logger, exception, job.JobId);
            return MaybeKept(job, failure);
        }

        acceptance.Place.Leave();
        await ReturnTurnAsync(acceptance);
        Log.TakenBack(logger, job.JobId, failure.GetType().Name);
        return null;
    }

    /// <summary>The row stays. What its caller is to hear.</summary>
    public DependencyException Kept(JobRecord job, Exception failure)
    {
        Log.Kept(logger, job.JobId, failure.GetType().Name);
        return new(
            StatusOf(failure),
            $"The message is kept as job {job.JobId}, but could not be handed on just now. It starts by itself within minutes; the same {IdempotencyKey.Header} finds it, " +
            $"and so does GET /chat/jobs/{job.JobId}.",
            failure);
    }

    public static DependencyException TakenBackJustNow() => new(
        StatusCodes.Status503ServiceUnavailable, $"The request that came first with this {IdempotencyKey.Header} was taken back just now. Nothing was accepted; send it again.");

    private static DependencyException MaybeKept(JobRecord job, Exception failure) => new(
        StatusOf(failure), $"The message could not be handed on, and it is not known whether it could be taken back. {IfNot(job)}", failure);

    private static DependencyException MaybeStored(JobRecord job, Exception failure) => new(
        StatusCodes.Status503ServiceUnavailable, $"The store (DynamoDB) does not answer, and it is not known whether the message is stored. {IfSo(job)}", failure);

    private static string IfNot(JobRecord job) => $"If not, {Starts(job)}";

    private static string IfSo(JobRecord job) => $"If so, {Starts(job)}";

    private static string Starts(JobRecord job) =>
        $"it starts by itself within minutes as job {job.JobId}: GET /chat/jobs/{job.JobId} tells. To send it again is safe with the same {IdempotencyKey.Header} only.";

    private static int StatusOf(Exception failure) => (failure as DependencyException)?.StatusCode ?? StatusCodes.Status503ServiceUnavailable;

    /// <summary>Best effort: the next message of the chat waits a moment for a turn that has no row.</summary>
    private async Task ReturnTurnAsync(Acceptance acceptance)
    {
        try
        {
            await chats.ReturnTurnAsync(acceptance.Turn, acceptance.Taken, CancellationToken.None);
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            Log.TurnNotReturned(logger, exception, acceptance.Job.JobId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} was taken back: {Failure} before it could be handed to the saga.")]
        public static partial void TakenBack(ILogger logger, Guid jobId, string failure);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} is kept after {Failure}, before it could be handed to the saga: a repeated request was promised it, or it has ended. The sweeper starts it.")]
        public static partial void Kept(ILogger logger, Guid jobId, string failure);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} was taken back, but not its turn in the chat: the next one waits a moment for it.")]
        public static partial void TurnNotReturned(ILogger logger, Exception exception, Guid jobId);

        [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} was refused to its caller, and its row could not be taken back: the sweeper will start it.")]
        public static partial void NotTakenBack(ILogger logger, Exception exception, Guid jobId);

        [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} was refused to its caller, and it is not known whether its row was written: if so, the sweeper will start it; if not, the next message of its chat waits a moment for its turn.")]
        public static partial void NotKnown(ILogger logger, Exception exception, Guid jobId);
    }
}
