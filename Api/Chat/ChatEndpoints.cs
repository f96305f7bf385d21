using System.Net.Mime;
using CloudIa.Api.Jobs;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace CloudIa.Api.Chat;

internal static class ChatEndpoints
{
    public static void MapChat(this IEndpointRouteBuilder api) => api.MapPost("/chat", SubmitAsync)
        .WithName("SubmitMessage")
        .WithTags("Chat")
        .WithSummary("Hand in a message. 202 means that it is durable and will be answered; listen on /ws, or look at the job.")
        .WithMetadata(new RequestSizeLimitAttribute(ChatRequestReader.MaxBodyBytes))
        .Accepts<ChatRequest>(MediaTypeNames.Application.Json)
        .Produces<ChatAccepted>(StatusCodes.Status202Accepted)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> SubmitAsync(HttpContext http, JobSubmission submission, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
            return ApiProblems.UnsupportedMediaType(http.Request.ContentType);

        if (!IdempotencyKey.TryRead(http.Request.Headers, out var key))
            return ApiProblems.Invalid(new() { [IdempotencyKey.Header] = [IdempotencyKey.Rule] });

        ChatRequest? request;
        Dictionary<string, string[]> errors;
        try
        {
            (request, errors) = await ChatRequestReader.ReadAsync(http.Request.Body, cancellationToken);
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? ApiProblems.BodyTooLarge(ChatRequestReader.MaxBodyBytes)
                : ApiProblems.Invalid(new() { ["$"] = ["The body did not arrive whole."] });
        }

        if (request is null)
            return ApiProblems.Invalid(errors);

        return await submission.SubmitAsync(http.User.UserId(), request, key, cancellationToken) switch
        {
            SubmissionResult.Accepted accepted => Accepted(accepted),
            SubmissionResult.ChatNotFound => ApiProblems.ChatNotFound(request.ChatId!.Value),
            SubmissionResult.KeyReused reused => ApiProblems.KeyReused(reused.JobId),
            var other => throw new InvalidOperationException($"Unknown result {other.GetType().Name}."),
        };
    }

    private static Accepted<ChatAccepted> Accepted(SubmissionResult.Accepted accepted) =>
        TypedResults.Accepted(JobLinks.Job(accepted.Job.JobId), ChatAccepted.From(accepted.Job, accepted.Repeated));
}
