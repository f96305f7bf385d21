using System.Net.Mime;
using CloudIa.Api.Jobs;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

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
        .WithMetadata(new RequestSizeLimitAttribute(ChatRequestReader.MaxBodyBytes))
        .Accepts<ChatRequest>(MediaTypeNames.Application.Json)
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

    private static Task<IResult> SubmitAsync(HttpContext http, JobSubmission submission, CancellationToken cancellationToken) =>
        AcceptAsync(http, submission, ChatRequestReader.MessageFields, NewJob.Of, cancellationToken);

    private static async Task<IResult> EditAsync(Guid jobId, HttpContext http, IJobStore jobs, JobSubmission submission, CancellationToken cancellationToken) =>
        await jobs.GetOwnAsync(http, jobId, cancellationToken) is { } job
            ? await AcceptAsync(http, submission, ChatRequestReader.EditFields, request => NewJob.Of(request) with { ChatId = job.ChatId, Edits = job }, cancellationToken)
            : ApiProblems.JobNotFound(jobId);

    private static async Task<IResult> RegenerateAsync(Guid jobId, HttpContext http, IJobStore jobs, JobSubmission submission, CancellationToken cancellationToken) =>
        await jobs.GetOwnAsync(http, jobId, cancellationToken) is { } job
            ? await AcceptAsync(http, submission, ChatRequestReader.RegenerateFields,
                request => NewJob.Of(request) with { ChatId = job.ChatId, Prompt = job.Prompt, Answers = job }, cancellationToken)
            : ApiProblems.JobNotFound(jobId);

    private static async Task<IResult> AcceptAsync(
        HttpContext http, JobSubmission submission, string[] fields, Func<ChatRequest, NewJob> job, CancellationToken cancellationToken)
    {
        if (!IdempotencyKey.TryRead(http.Request.Headers, out var key))
            return ApiProblems.Invalid(new() { [IdempotencyKey.Header] = [IdempotencyKey.Rule] });

        var (request, problem) = await ReadAsync(http.Request, fields, cancellationToken);
        if (request is null)
            return problem!;

        return await submission.SubmitAsync(http.User.UserId(), job(request), key, cancellationToken) switch
        {
            SubmissionResult.Accepted accepted => Accepted(accepted),
            SubmissionResult.ChatNotFound missing => ApiProblems.ChatNotFound(missing.ChatId),
            SubmissionResult.ChatBusy busy => ApiProblems.ChatBusy(busy.ChatId),
            SubmissionResult.KeyReused reused => ApiProblems.KeyReused(reused.JobId),
            var other => throw new InvalidOperationException($"Unknown result {other.GetType().Name}."),
        };
    }

    private static async Task<(ChatRequest? Request, IResult? Problem)> ReadAsync(HttpRequest request, string[] fields, CancellationToken cancellationToken)
    {
        // Where nothing has to be said, nothing has to be sent.
        if (fields == ChatRequestReader.RegenerateFields && request is { ContentLength: 0 or null, ContentType: null or "" })
            return (new ChatRequest { Message = "" }, null);

        if (!request.HasJsonContentType())
            return (null, ApiProblems.UnsupportedMediaType(request.ContentType));

        try
        {
            var (read, errors) = await ChatRequestReader.ReadAsync(request.Body, fields, cancellationToken);
            return (read, read is null ? ApiProblems.Invalid(errors) : null);
        }
        catch (BadHttpRequestException exception)
        {
            return (null, exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ApiProblems.BodyTooLarge(ChatRequestReader.MaxBodyBytes)
                : ApiProblems.Invalid(new() { ["$"] = ["The body did not arrive whole."] }));
        }
    }

    private static Accepted<ChatAccepted> Accepted(SubmissionResult.Accepted accepted) =>
        TypedResults.Accepted(JobLinks.Job(accepted.Job.JobId), ChatAccepted.From(accepted.Job, accepted.Repeated));
}
