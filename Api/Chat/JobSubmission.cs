using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudIa.Api.Problems;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
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

    public async Task<SubmissionResult> SubmitAsync(string userId, ChatRequest request, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var hash = Hash(request);
        var now = time.GetUtcNow();
        var jobId = idempotencyKey is null ? Guid.CreateVersion7(now) : DerivedId.OfIdempotencyKey(userId, idempotencyKey);
        if (idempotencyKey is not null && await jobs.GetAsync(jobId, cancellationToken) is { } known)
            return await RepeatAsync(known, hash, cancellationToken);

        var chatId = request.ChatId ?? Guid.CreateVersion7(now);
        var isNew = request.ChatId is null;
        if (await chats.TakeTurnAsync(userId, chatId, isNew, Title(request.Message), now, cancellationToken) is not { } turn)
            return new SubmissionResult.ChatNotFound();

        var job = new JobRecord
        {
            JobId = jobId,
            UserId = userId,
            ChatId = chatId,
            Turn = turn,
            BodyHash = hash,
            Prompt = request.Message,
            SessionId = request.SessionId,
            Model = request.Model,
            AcceptedAt = now,
        };
        if (await jobs.TryAddAsync(job, cancellationToken))
        {
            await StartAsync(job, isNew);
            return new SubmissionResult.Accepted(job, Repeated: false);
        }

        // The same key, at the same moment, by another request: that one's row counts.
        await chats.ReturnTurnAsync(userId, chatId, turn, isNew, cancellationToken);
        var first = await jobs.GetAsync(jobId, cancellationToken)
            ?? throw new DependencyException(StatusCodes.Status503ServiceUnavailable, $"The request that came first with this {IdempotencyKey.Header} was taken back just now.");
        return await RepeatAsync(first, hash, cancellationToken);
    }

    // A repeated request whose first one died between row and send finds no saga: it is started now.
    private async Task<SubmissionResult> RepeatAsync(JobRecord job, string hash, CancellationToken cancellationToken)
    {
        if (job.BodyHash != hash)
            return new SubmissionResult.KeyReused(job.JobId);

        if (job.Outcome is null && await sagas.Load(job.JobId) is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await log.AcceptAsync(job.UserId, Accepted(job), CancellationToken.None);
            await SendAsync(job);
        }

        return new SubmissionResult.Accepted(job, Repeated: true);
    }

    // From the row on nothing is cancelled: a client that hangs up now has a job or has none, not half of one.
    private async Task StartAsync(JobRecord job, bool isNewChat)
    {
        try
        {
            await log.AcceptAsync(job.UserId, Accepted(job), CancellationToken.None);
            await SendAsync(job);
        }
        catch (Exception failure)
        {
            await TakeBackAsync(job, isNewChat, failure);
            throw;
        }
    }

    private async Task SendAsync(JobRecord job)
    {
        try
        {
            var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
            await endpoint.Send(new SubmitChatJob
            {
                JobId = job.JobId,
                UserId = job.UserId,
                ChatId = job.ChatId,
                SessionId = job.SessionId,
                Model = job.Model,
                AcceptedAt = job.AcceptedAt,
            });
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new DependencyException(StatusCodes.Status502BadGateway, "The message could not be handed on: SQS cannot be reached. Nothing was accepted; send it again.", exception);
        }
    }

    private async Task TakeBackAsync(JobRecord job, bool isNewChat, Exception failure)
    {
        try
        {
            await jobs.WithdrawAsync(job.JobId, CancellationToken.None);
            await chats.ReturnTurnAsync(job.UserId, job.ChatId, job.Turn, isNewChat, CancellationToken.None);
            Log.TakenBack(logger, job.JobId, failure.GetType().Name);
        }
        catch (Exception exception) when (exception is Amazon.Runtime.AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            Log.NotTakenBack(logger, exception, job.JobId);
        }
    }

    private static JobAccepted Accepted(JobRecord job) => new() { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = job.AcceptedAt };

    /// <summary>Of what is asked, not of how it was written: two bodies that differ in white space or in the order of fields ask the same.</summary>
    private static string Hash(ChatRequest request) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{request.ChatId:N}\n{request.Model}\n{request.Message}")));

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

        [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} was refused to its caller, and its row could not be taken back: it stays without a saga.")]
        public static partial void NotTakenBack(ILogger logger, Exception exception, Guid jobId);
    }
}
