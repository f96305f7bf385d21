using System.Globalization;
using CloudIa.Api.Problems;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Api.Chat;

/// <summary>
/// Accepts a message: takes the chat's next turn, writes the job's row, begins its log, and hands it to the saga. All of it is done before the caller
/// gets its 202. Where a later step fails, the earlier ones are taken back.
/// </summary>
internal sealed partial class JobSubmission(
    IChatStore chats, IJobStore jobs, IEventLog log, ISendEndpointProvider bus, ILoadSagaRepository<ChatJobSaga> sagas, TimeProvider time, ILogger<JobSubmission> logger)
{
    private const int TitleLength = 60;

    public async Task<SubmissionResult> SubmitAsync(string userId, NewJob request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var hash = request.Hash();
        var now = time.GetUtcNow();
        var jobId = idempotencyKey is null ? Guid.CreateVersion7(now) : DerivedId.OfIdempotencyKey(userId, idempotencyKey);
        if (idempotencyKey is not null && await jobs.GetAsync(jobId, cancellationToken) is { } known)
            return await RepeatAsync(known, hash, cancellationToken);

        var turn = new NewTurn
        {
            UserId = userId,
            ChatId = request.ChatId ?? Guid.CreateVersion7(now),
            JobId = jobId,
            IsNew = request.ChatId is null,
            Title = Title(request.Prompt),
            Now = now,
        };
        if (request is { RejectIfBusy: true, ChatId: { } chatId })
        {
            if (await chats.GetAsync(userId, chatId, cancellationToken) is not { } chat)
                return new SubmissionResult.ChatNotFound(chatId);

            if (await IsAnsweringAsync(chat.LastJobId, cancellationToken))
                return new SubmissionResult.ChatBusy(chatId);

            turn = turn with { OnlyAfter = chat.LastJobId };
        }

        if (await chats.TakeTurnAsync(turn, cancellationToken) is not { } taken)
            return turn.OnlyAfter is null ? new SubmissionResult.ChatNotFound(turn.ChatId) : new SubmissionResult.ChatBusy(turn.ChatId);

        var job = new JobRecord
        {
            JobId = jobId,
            UserId = userId,
            ChatId = turn.ChatId,
            Turn = taken.Turn,
            BodyHash = hash,
            Prompt = request.Prompt,
            SessionId = request.SessionId,
            Model = request.Model,
            AcceptedAt = now,
            AfterJobId = taken.AfterJobId == jobId ? null : taken.AfterJobId,
            AnswersJobId = request.Answers is { } again ? again.AnswersJobId ?? again.JobId : null,
            UserSequence = request.Answers?.UserPlace,
            Parent = request.Answers?.Parent ?? request.Edits?.ParentPlace,
        };
        if (!await jobs.TryAddAsync(job, cancellationToken))
        {
            var first = await jobs.GetAsync(jobId, cancellationToken)
                ?? throw new DependencyException(StatusCodes.Status503ServiceUnavailable, $"The request that came first with this {IdempotencyKey.Header} was taken back just now.");
            if (IsSame(first, job))
            {
                // Nothing is taken back where this fails: a request with the same key may have its 202 for the same row.
                await HandOnAsync(job, await WaitsForAsync(job));
                return new SubmissionResult.Accepted(job, Repeated: false);
            }

            // The same key, at the same moment, by another request: that one's row counts.
            if (first.ChatId != job.ChatId || first.Turn != job.Turn)
                await chats.ReturnTurnAsync(turn, taken, cancellationToken);
            return await RepeatAsync(first, hash, cancellationToken);
        }

        await StartAsync(job, turn, taken, await WaitsForAsync(job));
        return new SubmissionResult.Accepted(job, Repeated: false);
    }

    /// <summary>The row is this request's own: it was written, and the answer was lost. The SDK repeats what it has no answer to.</summary>
    private static bool IsSame(JobRecord row, JobRecord job) => row.ChatId == job.ChatId && row.Turn == job.Turn && row.BodyHash == job.BodyHash;

    private async Task<bool> IsAnsweringAsync(Guid? jobId, CancellationToken cancellationToken) =>
        jobId is { } id && await jobs.GetAsync(id, cancellationToken) is { IsOpen: true };

    /// <summary>Null where the job before has ended: then nothing has to be looked at again. One without a row may get it in a moment.</summary>
    private async Task<Guid?> WaitsForAsync(JobRecord job) =>
        job.AfterJobId is { } before && await jobs.GetAsync(before, CancellationToken.None) is not { IsOpen: false } ? before : null;

    // A repeated request whose first one died between row and send finds no saga: it is started now.
    private async Task<SubmissionResult> RepeatAsync(JobRecord job, string hash, CancellationToken cancellationToken)
    {
        if (job.BodyHash != hash)
            return new SubmissionResult.KeyReused(job.JobId);

        if (job is { Outcome: null, IsOpen: true } && await sagas.FindAsync(job.JobId) is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await HandOnAsync(job, await WaitsForAsync(job));
        }

        return new SubmissionResult.Accepted(job, Repeated: true);
    }

    // From the row on nothing is cancelled: a client that hangs up now has a job or has none, not half of one.
    private async Task StartAsync(JobRecord job, NewTurn turn, TurnTaken taken, Guid? after)
    {
        try
        {
            await HandOnAsync(job, after);
        }
        catch (Exception failure)
        {
            await TakeBackAsync(job, turn, taken, failure);
            throw;
        }
    }

    private async Task HandOnAsync(JobRecord job, Guid? after)
    {
        await log.AcceptAsync(job.UserId, Accepted(job), CancellationToken.None);
        try
        {
            var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
            await endpoint.Send(job.ToSubmitCommand(after));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new DependencyException(StatusCodes.Status502BadGateway, "The message could not be handed on: SQS cannot be reached. Nothing was accepted; send it again.", exception);
        }
    }

    private async Task TakeBackAsync(JobRecord job, NewTurn turn, TurnTaken taken, Exception failure)
    {
        try
        {
            await jobs.WithdrawAsync(job.JobId, CancellationToken.None);
            await chats.ReturnTurnAsync(turn, taken, CancellationToken.None);
            Log.TakenBack(logger, job.JobId, failure.GetType().Name);
        }
        catch (Exception exception) when (exception is Amazon.Runtime.AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            Log.NotTakenBack(logger, exception, job.JobId);
        }
    }

    private static JobAccepted Accepted(JobRecord job) => new() { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = job.AcceptedAt };

    /// <summary>The first line's first characters, as a person counts them.</summary>
    private static string Title(string message)
    {
        var line = message.AsSpan().Trim();
        if (line.IndexOfAny('\r', '\n') is var end and >= 0)
            line = line[..end].TrimEnd();

        var length = 0;
        for (var characters = 0; length < line.Length; characters++)
        {
            if (characters == TitleLength)
                return $"{line[..length].TrimEnd()}…";
            length += StringInfo.GetNextTextElementLength(line[length..]);
        }

        return line.ToString();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} was taken back: {Failure} before it could be handed to the saga.")]
        public static partial void TakenBack(ILogger logger, Guid jobId, string failure);

        [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} was refused to its caller, and its row could not be taken back: the sweeper will start it.")]
        public static partial void NotTakenBack(ILogger logger, Exception exception, Guid jobId);
    }
}
