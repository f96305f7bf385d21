using System.Diagnostics;
using System.Net.Mime;
using CloudIa.Api.Bodies;
using CloudIa.Api.Chat;
using CloudIa.Api.Events;
using CloudIa.Api.Jobs;
using CloudIa.Api.Limits;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Store;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Api.OpenAi;

/// <summary><c>POST /v1/chat/completions</c>: a job like any other, told in OpenAI's words. A client that hangs up loses the words and not the job.</summary>
internal static class CompletionsEndpoint
{
    public const string JobIdHeader = "x-cloudia-job-id";

    public static void MapCompletions(this IEndpointRouteBuilder api) => api.MapPost("/v1/chat/completions", CompleteAsync)
        .WithName("CreateChatCompletion")
        .WithTags("OpenAI")
        .WithSummary("OpenAI's chat completions, whole or streamed. The messages are what the model is shown; the job is that of POST /chat.")
        .WithBodyLimit(CompletionRequestReader.MaxBodyBytes)
        .WithLimits()
        .Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Json);

    private static async Task<IResult> CompleteAsync(HttpContext http, JobSubmission submission, ModelNames models, JobStream stream, IOptions<ListeningOptions> options,
        IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (!IdempotencyKey.TryRead(http.Request.Headers, out var key))
            return OpenAiError.Invalid(IdempotencyKey.Header, OpenAiError.InvalidValue, IdempotencyKey.Rule);

        var (request, error) = await JsonRequest.ReadAsync(http.Request, CompletionRequestReader.MaxBodyBytes, CompletionRequestReader.Read, cancellationToken);
        if (request is null)
            return error!;
        if (models.Refuse(request.Model) is { } unknown)
            return unknown;

        switch (await submission.SubmitAsync(http.User.Limited(), request.ToJob(), key, cancellationToken))
        {
            case SubmissionResult.Accepted { Job: var job }:
                http.Response.Headers[JobIdHeader] = job.JobId.ToString();
                http.Response.Headers.Location = JobLinks.Job(job.JobId);
                http.Response.Headers[OpenAiError.RequestId] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
                return request.Stream
                    ? new EventStream(job.JobId, token => CompletionChunks.ReadAsync(job, request.IncludeUsage, stream.ReadAsync(job, 0, token), token),
                        options.Value, time, loggers.CreateLogger<EventStream>(), lifetime.ApplicationStopping)
                    {
                        Beginning = CompletionJson.FirstChunk(job),
                        Farewell = () => JobErrors.Stopping(job.JobId).ToFrame(),
                        Apology = () => JobErrors.CannotFollow(job.JobId).ToFrame(),
                        CutsAfter = OpenAiError.IsFrame,
                    }
                    : await WholeAsync(job, stream, http.RequestAborted, lifetime.ApplicationStopping);
            case SubmissionResult.KeyReused { JobId: var other }:
                return OpenAiError.Invalid(IdempotencyKey.Header, "idempotency_key_reused",
                    $"The key was used before for another request, job {other}. Use a new key for a new request.");
            case SubmissionResult.Deleting { Since: var since }:
                return OpenAiError.DeletionRunning(since);
            case SubmissionResult.Limited { Limit: var limit }:
                return LimitProblems.OnDoor(limit);
            case var other:
                throw new InvalidOperationException($"Unknown result {other.GetType().Name}.");
        }
    }

    /// <summary>Waits as long as the client does.</summary>
    private static async Task<IResult> WholeAsync(JobRecord job, JobStream stream, CancellationToken hungUp, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(hungUp, stopping);
        try
        {
            ClientEvent? last = null;
            await foreach (var value in stream.ReadAsync(job, 0, ended.Token))
                last = value.EndsAttempt() ? value : null;

            return last is MessageCompleted answer ? TypedResults.Json(CompletionJson.Completion(job, answer), CompletionJson.Options) : JobErrors.Of(job.JobId, last);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return hungUp.IsCancellationRequested ? TypedResults.Empty : JobErrors.Stopping(job.JobId);
        }
        catch (Exception exception) when (exception is RedisException || StoreFailures.IsOfStore(exception))
        {
            return JobErrors.CannotFollow(job.JobId);
        }
    }
}
