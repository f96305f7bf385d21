using System.Diagnostics;
using System.Globalization;
using CloudIa.Api.Limits;
using CloudIa.Api.Problems;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Limits;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Api.Chat;

/// <summary>
/// Accepts a message: takes the chat's next turn, writes the job's row, begins its log, and hands it to the saga. All of it is done before the caller
/// gets its 202, and not left half-done by a client that hangs up. Where a later step fails, the earlier ones are taken back: <see cref="Withdrawal"/>.
/// </summary>
internal sealed partial class JobSubmission(
    IChatStore chats, IJobStore jobs, IEventLog log, ISendEndpointProvider bus, ILoadSagaRepository<ChatJobSaga> sagas, Admissions admissions, IErasureStore erasures,
    TimeProvider time, ILogger<JobSubmission> logger)
{
    private const int TitleLength = 60;

    /// <summary>From a turn to its job's row, with all of DynamoDB's time-outs.</summary>
    private static readonly TimeSpan AcceptanceTime = TimeSpan.FromSeconds(30);

    private readonly Withdrawal _withdrawal = new(chats, jobs, logger);

    public async Task<SubmissionResult> SubmitAsync(LimitedUser user, NewJob request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var userId = user.UserId;
        var hash = request.Hash();
        var now = time.GetUtcNow();
        var jobId = idempotencyKey is null ? Guid.CreateVersion7(now) : DerivedId.OfIdempotencyKey(userId, idempotencyKey);
        if (idempotencyKey is not null && await jobs.GetAsync(jobId, cancellationToken) is { } known)
        {
            return await admissions.RefusalAsync(user, job: null) is { } tooMany
                ? new SubmissionResult.Limited(tooMany)
                : await RepeatAsync(known, hash, place: null, cancellationToken);
        }

        var attempt = new JobAttempt(jobId, Attempt: 1);
        var erasing = erasures.GetAsync(userId, chatId: null, CancellationToken.None);
        var admitting = admissions.RefusalAsync(user, admissions.Plan(attempt, user.Tier, request.Prompt, request.Conversation, request.SystemPrompt));
        await ((Task)erasing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (await admitting is { } limit)
            return new SubmissionResult.Limited(limit);

        await using var place = new JobPlace(admissions, userId, attempt);
        if (await erasing is { CompletedAt: null } erasure)
            return new SubmissionResult.Deleting(erasure.RequestedAt);

        return await AcceptAsync(userId, request, jobId, hash, now, place, cancellationToken);
    }

    private async Task<SubmissionResult> AcceptAsync(string userId, NewJob request, Guid jobId, string hash, DateTimeOffset now, JobPlace place, CancellationToken cancellationToken)
    {
        var turn = new NewTurn
        {
            UserId = userId,
            ChatId = request.ChatId ?? Guid.CreateVersion7(now),
            JobId = jobId,
            IsNew = request.ChatId is null,
            Title = Title(request.Prompt),
            SystemPrompt = request.SystemPrompt,
            Now = now,
        };
        if (request is { RejectIfBusy: true, ChatId: { } chatId })
        {
            if (await chats.GetAsync(userId, chatId, cancellationToken) is not { } chat)
                return new SubmissionResult.ChatNotFound(chatId);

            if (chat.LastJobId != jobId && await IsAnsweringAsync(chat, now, cancellationToken))
                return new SubmissionResult.ChatBusy(chatId);

            turn = turn with { OnlyAfter = new(chat.LastJobId) };
        }

        // From here on nothing is cancelled: a client that hangs up now has a job or has none, not half of one.
        if (await chats.TakeTurnAsync(turn, CancellationToken.None) is not { } taken)
            return turn.OnlyAfter is null ? new SubmissionResult.ChatNotFound(turn.ChatId) : new SubmissionResult.ChatBusy(turn.ChatId);

        var job = new JobRecord
        {
            JobId = jobId,
            UserId = userId,
            ChatId = turn.ChatId,
            Turn = taken.Turn,
            BodyHash = hash,
            Prompt = request.Prompt,
            Conversation = request.Conversation,
            SystemPrompt = taken.SystemPrompt,
            SessionId = request.SessionId,
            Model = request.Model,
            AcceptedAt = now,
            TraceId = Activity.Current?.TraceId.ToHexString(),
            // Its own, where an earlier try took the turn, and could take back its row but not the turn.
            AfterJobId = taken.AfterJobId == jobId ? null : taken.AfterJobId,
            AnswersJobId = request.Answers is { } again ? again.AnswersJobId ?? again.JobId : null,
            UserSequence = request.Answers?.UserPlace,
            Parent = request.Answers?.Parent ?? request.Edits?.ParentPlace ?? (request.Follows is { } before ? MessageSequence.OfAssistant(before.Turn) : null),
        };
        return await AddAsync(new Acceptance(job, turn, taken, place));
    }

    private async Task<SubmissionResult> AddAsync(Acceptance acceptance)
    {
        var (job, turn, taken, place) = acceptance;
        // From here on a row may be there, whatever goes wrong: the place stays until it is known that there is none.
        place.Keep();
        if (await FirstRowAsync(acceptance) is not { } first)
        {
            await StartAsync(acceptance);
            return new SubmissionResult.Accepted(job, Repeated: false);
        }

        if (IsSame(first, job))
        {
            // Another request with the same key can have written it as well: the same job gets the same turn.
            if (first.Outcome is null)
            {
                await PromiseAsync(first, place);
                await HandOnKeptAsync(first);
            }
            else
            {
                place.Leave();
            }

            return new SubmissionResult.Accepted(job, Repeated: false);
        }

        // The same key, at the same moment, by another request: that one's row counts.
        if (first.ChatId != job.ChatId || first.Turn != job.Turn)
            await chats.ReturnTurnAsync(turn, taken, CancellationToken.None);
        return await RepeatAsync(first, job.BodyHash, place, CancellationToken.None);
    }

    /// <returns>The row that was there before, or may be this request's own, where the answer to its writing was lost; null where this request wrote it for certain.</returns>
    private async Task<JobRecord?> FirstRowAsync(Acceptance acceptance)
    {
        try
        {
            if (await jobs.TryAddAsync(acceptance.Job, CancellationToken.None))
                return null;
        }
        catch (Exception exception) when (Withdrawal.IsOfStore(exception))
        {
            return await _withdrawal.RowOrNothingAsync(acceptance, exception);
        }

        return await _withdrawal.RowOrNothingAsync(acceptance, failure: null);
    }

    /// <summary>The row is this request's own: it was written, and the answer was lost. The SDK repeats what it has no answer to.</summary>
    private static bool IsSame(JobRecord row, JobRecord job) => row.ChatId == job.ChatId && row.Turn == job.Turn && row.BodyHash == job.BodyHash;

    /// <summary>A turn without a row is one that is being accepted; after a while, one whose acceptance died, and which nobody waits for.</summary>
    private async Task<bool> IsAnsweringAsync(ChatRecord chat, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (chat.LastJobId is not { } id)
            return false;

        return await jobs.GetAsync(id, cancellationToken) is { } job ? job.IsOpen : now - chat.UpdatedAt < AcceptanceTime;
    }

    /// <summary>Null where the job before has ended: then nothing has to be looked at again. One without a row may get it in a moment.</summary>
    private async Task<Guid?> WaitsForAsync(JobRecord job) =>
        job.AfterJobId is { } before && await jobs.GetAsync(before, CancellationToken.None) is not { IsOpen: false } ? before : null;

    // A repeated request whose first one died between row and send finds no saga: it is started now.
    private async Task<SubmissionResult> RepeatAsync(JobRecord job, string hash, JobPlace? place, CancellationToken cancellationToken)
    {
        // Holds are counted. That of the request whose row this is keeps the place; this one's is for nothing here.
        if (job.BodyHash != hash)
        {
            place?.Leave();
            return new SubmissionResult.KeyReused(job.JobId, job.ErasedAt is not null);
        }

        if (job is { Outcome: null, IsOpen: true })
        {
            cancellationToken.ThrowIfCancellationRequested();
            await PromiseAsync(job, place);
            if (await sagas.FindAsync(job.JobId) is null)
                await HandOnKeptAsync(job);
        }
        else
        {
            // Its end freed the place before this request took it, or will not come again.
            place?.Leave();
        }

        return new SubmissionResult.Accepted(job, Repeated: true);
    }

    // Before the answer and before the command: the request that wrote the row may be about to fail, and to take it back.
    private async Task PromiseAsync(JobRecord job, JobPlace? place)
    {
        if (!job.IsPromised && !await jobs.TryPromiseAsync(job.JobId, CancellationToken.None))
        {
            place?.Leave();
            throw Withdrawal.TakenBackJustNow();
        }
    }

    private async Task StartAsync(Acceptance acceptance)
    {
        try
        {
            await HandOnAsync(acceptance.Job, await WaitsForAsync(acceptance.Job));
        }
        catch (Exception failure)
        {
            if (await _withdrawal.OfRowAsync(acceptance, failure) is { } kept)
                throw kept;
            throw;
        }
    }

    /// <summary>A row that is promised: nothing is taken back where this fails.</summary>
    private async Task HandOnKeptAsync(JobRecord job)
    {
        try
        {
            await HandOnAsync(job, await WaitsForAsync(job));
        }
        catch (Exception failure)
        {
            throw _withdrawal.Kept(job, failure);
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
        catch (Exception exception) when (exception.MayBeSent())
        {
            // Taking the row back would leave a saga without one. The message is stored, and the sweeper starts what SQS did not take: it is accepted.
            Log.MayBeHandedOn(logger, exception, job.JobId);
        }
        catch (Exception exception)
        {
            throw new DependencyException(StatusCodes.Status502BadGateway, "The message could not be handed on: SQS cannot be reached. Nothing was accepted; send it again.", exception);
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
        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} is accepted, and it is not known whether its command reached SQS. If not, the sweeper starts it.")]
        public static partial void MayBeHandedOn(ILogger logger, Exception exception, Guid jobId);
    }
}
