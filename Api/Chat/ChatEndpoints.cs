using System.Net.Mime;
using CloudIa.Api.Bodies;
using CloudIa.Api.Jobs;
using CloudIa.Api.Limits;
using CloudIa.Api.Problems;
using CloudIa.Store;
using StackExchange.Redis;

namespace CloudIa.Api.Chat;

internal static class ChatEndpoints
{
    public static void MapChat(this IEndpointRouteBuilder api)
    {
        Describe(api.MapPost("/chat", SubmitAsync), "SubmitMessage",
            "Hand in a message. 202 means that it is durable and will be answered; listen on /ws, or look at the job.");
        Describe(api.MapPost("/chat/jobs/{jobId:guid}/edit", EditAsync), "EditMessage",
            "Hand in a message that takes the place of a job's, on a branch of its own: what came after that one is no longer part of the conversation.");
        Describe(api.MapPost("/chat/jobs/{jobId:guid}/regenerate", RegenerateAsync), "RegenerateAnswer",
            "Have a job's message answered once more, on a branch of its own. The body may be left out.");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithTags("Chat")
        .WithSummary(summary)
        .WithBodyLimit(ChatRequestReader.MaxBodyBytes)
        .WithLimits()
        .Accepts<ChatRequest>(MediaTypeNames.Application.Json)
        .Produces<JobStatus>()
        .Produces<ChatAccepted>(StatusCodes.Status202Accepted)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Task<IResult> SubmitAsync(HttpContext http, JobSubmission submission, JobWait wait, CancellationToken cancellationToken) =>
        AcceptAsync(http, submission, wait, ChatRequestReader.MessageFields, NewJob.Of, cancellationToken);

    private static async Task<IResult> EditAsync(Guid jobId, HttpContext http, IJobStore jobs, JobSubmission submission, JobWait wait, CancellationToken cancellationToken) =>
        await jobs.GetOwnAsync(http, jobId, cancellationToken) is { } job
            ? await AcceptAsync(http, submission, wait, ChatRequestReader.EditFields, request => NewJob.Of(request) with { ChatId = job.ChatId, Edits = job }, cancellationToken)
            : ApiProblems.JobNotFound(jobId);

    private static async Task<IResult> RegenerateAsync(Guid jobId, HttpContext http, IJobStore jobs, JobSubmission submission, JobWait wait, CancellationToken cancellationToken) =>
        await jobs.GetOwnAsync(http, jobId, cancellationToken) is { } job
            ? await AcceptAsync(http, submission, wait, ChatRequestReader.RegenerateFields,
                request => NewJob.Of(request) with { ChatId = job.ChatId, Prompt = job.Prompt, Conversation = job.Conversation, Answers = job }, cancellationToken)
            : ApiProblems.JobNotFound(jobId);

    private static async Task<IResult> AcceptAsync(
        HttpContext http, JobSubmission submission, JobWait wait, string[] fields, Func<ChatRequest, NewJob> job, CancellationToken cancellationToken)
    {
        if (!IdempotencyKey.TryRead(http.Request.Headers, out var key))
            return ApiProblems.Invalid(new() { [IdempotencyKey.Header] = [IdempotencyKey.Rule] });

        var (request, problem) = await ReadAsync(http.Request, fields, cancellationToken);
        if (request is null)
            return problem!;

        return await submission.SubmitAsync(http.User.Limited(), job(request), key, cancellationToken) switch
        {
            SubmissionResult.Accepted accepted => await AcceptedAsync(http, accepted, wait, cancellationToken),
            SubmissionResult.ChatNotFound missing => ApiProblems.ChatNotFound(missing.ChatId),
            SubmissionResult.ChatBusy busy => ApiProblems.ChatBusy(busy.ChatId),
            SubmissionResult.KeyReused reused => ApiProblems.KeyReused(reused),
            SubmissionResult.Deleting deleting => ApiProblems.DeletionRunning(deleting.Since),
            SubmissionResult.Limited limited => LimitProblems.Of(limited.Limit),
            var other => throw new InvalidOperationException($"Unknown result {other.GetType().Name}."),
        };
    }

    private static async Task<(ChatRequest? Request, IResult? Problem)> ReadAsync(HttpRequest request, string[] fields, CancellationToken cancellationToken)
    {
        // Where nothing has to be said, nothing has to be sent.
        if (fields == ChatRequestReader.RegenerateFields && (request is { ContentLength: 0 } || request is { ContentLength: null, ContentType: null or "" }))
            return (new ChatRequest { Message = "" }, null);

        if (!request.HasJsonContentType())
            return (null, ApiProblems.UnsupportedMediaType(request.ContentType));

        try
        {
            var (read, errors) = await ChatRequestReader.ReadAsync(request.OpenBody(ChatRequestReader.MaxBodyBytes), fields, cancellationToken);
            return (read, read is null ? ApiProblems.Invalid(errors) : null);
        }
        catch (BadHttpRequestException exception)
        {
            return (null, ApiProblems.BadBody(exception, ChatRequestReader.MaxBodyBytes));
        }
    }

    /// <summary>200 and the job with its answer where the client would wait and it has ended in time; else 202.</summary>
    private static async Task<IResult> AcceptedAsync(HttpContext http, SubmissionResult.Accepted accepted, JobWait wait, CancellationToken cancellationToken)
    {
        var job = accepted.Job;
        var preferred = PreferWait.Of(http.Request);
        if (preferred > TimeSpan.Zero)
        {
            PreferWait.Confirm(http.Response, preferred);
            if (await WaitAsync(http, job, wait, preferred, cancellationToken) is { } status && JobStatuses.IsEnd(status.Status))
            {
                http.Response.Headers.Location = JobLinks.Job(job.JobId);
                return TypedResults.Ok(status);
            }
        }

        return TypedResults.Accepted(JobLinks.Job(job.JobId), ChatAccepted.From(job, accepted.Repeated));
    }

    /// <summary>Null where it cannot be waited for: the message is accepted all the same, and the client must hear that.</summary>
    private static async Task<JobStatus?> WaitAsync(HttpContext http, JobRecord job, JobWait wait, TimeSpan most, CancellationToken cancellationToken)
    {
        try
        {
            return await wait.ForEndAsync(job.UserId, job.JobId, most, cancellationToken);
        }
        catch (Exception exception) when (exception is RedisException || StoreFailures.IsOfStore(exception))
        {
            http.Response.Headers.Remove(PreferWait.Applied);
            return null;
        }
    }
}
