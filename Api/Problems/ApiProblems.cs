using CloudIa.Api.Chat;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.Api.Problems;

/// <summary>The problems (RFC 9457) that this API answers with. Each has a type of its own, for programs.</summary>
internal static class ApiProblems
{
    private const string TypePrefix = "urn:cloudia:problem:";

    public static ProblemHttpResult Invalid(Dictionary<string, string[]> errors) => TypedResults.Problem(new HttpValidationProblemDetails(errors)
    {
        Type = TypePrefix + "invalid-request",
        Title = "The request is not valid.",
        Detail = string.Join(" ", errors.Select(error => $"{error.Key}: {string.Join(" ", error.Value)}")),
        Status = StatusCodes.Status400BadRequest,
    });

    public static ProblemHttpResult UnsupportedMediaType(string? contentType) => Problem(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "The body must be JSON.",
        string.IsNullOrEmpty(contentType) ? "There is no Content-Type. Send 'Content-Type: application/json'." : "Send 'Content-Type: application/json'.");

    /// <summary>For what routing and authentication refused before an endpoint was asked.</summary>
    public static ProblemHttpResult OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => Problem(
            StatusCodes.Status404NotFound, "not-found", "There is nothing here.", "No such path, or an id in it is not a UUID. /openapi/v1.json has all paths."),
        StatusCodes.Status405MethodNotAllowed => Problem(
            StatusCodes.Status405MethodNotAllowed, "method-not-allowed", "This path does not take this method.", "The Allow header has those that it takes."),
        StatusCodes.Status415UnsupportedMediaType => UnsupportedMediaType(context.Request.ContentType),
        var other => TypedResults.Problem(statusCode: other),
    };

    public static ProblemHttpResult BodyTooLarge(int limit) => Problem(
        StatusCodes.Status413PayloadTooLarge, "body-too-large", "The body is too large.", $"It may have {limit} bytes.");

    /// <summary>For a body that could not be read to its end.</summary>
    public static ProblemHttpResult BadBody(BadHttpRequestException exception, int limit) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge(limit),
        StatusCodes.Status408RequestTimeout => Problem(
            StatusCodes.Status408RequestTimeout, "body-too-slow", "The body came too slowly.", "It came too slowly. Send the request again, in one go."),
        _ => Invalid(new() { ["$"] = ["The body did not arrive whole."] }),
    };

    public static ProblemHttpResult ChatNotFound(Guid chatId) => Problem(
        StatusCodes.Status404NotFound, "chat-not-found", "There is no such chat.", $"You have no chat {chatId}. Leave chatId out to begin a new one.");

    public static ProblemHttpResult JobNotFound(Guid jobId) => Problem(
        StatusCodes.Status404NotFound, "job-not-found", "There is no such job.", $"You have no job {jobId}.");

    public static ProblemHttpResult WebhookNotFound(Guid webhookId) => Problem(
        StatusCodes.Status404NotFound, "webhook-not-found", "There is no such webhook.", $"You have no webhook {webhookId}.");

    /// <summary>Without the name, which is the caller's text.</summary>
    public static ProblemHttpResult QueueNotFound(IReadOnlyList<string> queues) => Problem(
        StatusCodes.Status404NotFound, "queue-not-found", "There is no such queue.", $"The queues are {string.Join(", ", queues)}.");

    public static ProblemHttpResult ProviderNotFound() => Problem(
        StatusCodes.Status404NotFound, "provider-not-found", "There is no such provider.", "No Processor was ever configured for it. GET /ops/circuits has all of them.");

    /// <summary>Without the id, which is the caller's text.</summary>
    public static ProblemHttpResult DeadLetterNotFound() => Problem(
        StatusCodes.Status404NotFound, "dead-letter-not-found", "There is no such dead letter.", "There never was one, or its user's data was erased. GET /ops/dead-letters has all of them.");

    public static ProblemHttpResult DeadLetterInTheWay(string state, string detail) => Problem(
        StatusCodes.Status409Conflict, "dead-letter-state", "The dead letter is not as this needs it.", detail, new() { ["state"] = state });

    public static ProblemHttpResult OperationNotFound(Guid id) => Problem(
        StatusCodes.Status404NotFound, "operation-not-found", "There is no such operation.", $"There never was an operation {id}, or it ended so long ago that its row is gone.");

    public static ProblemHttpResult TooManyWebhooks(int most) => Problem(
        StatusCodes.Status409Conflict, "too-many-webhooks", "You have as many webhooks as there can be.", $"A user can have {most}. Delete one, or change it.");

    public static ProblemHttpResult TooManyApiKeys(int most) => Problem(
        StatusCodes.Status409Conflict, "too-many-api-keys", "You have as many API keys as there can be.", $"A user can have {most}. Delete one that is not used any more.");

    public static ProblemHttpResult ChatBusy(Guid chatId) => Problem(
        StatusCodes.Status409Conflict, "chat-busy", "The chat is still answering.",
        $"Chat {chatId} is answering another message. Send it again when that has ended, or leave onBusy out to queue behind it.", new() { ["chatId"] = chatId });

    public static ProblemHttpResult DeletionNotFound() => Problem(
        StatusCodes.Status404NotFound, "deletion-not-found", "There is no deletion.", "You asked for none within the last 30 days. DELETE /me does.");

    public static ProblemHttpResult DeletionRunning(DateTimeOffset requestedAt) => Problem(
        StatusCodes.Status409Conflict, "deletion-running", "All that you have here is being deleted.", DeletionRunningDetail(requestedAt));

    public static string DeletionRunningDetail(DateTimeOffset requestedAt) =>
        $"You asked for it at {requestedAt:O}, and nothing new is taken until it is done. GET /me/deletion tells how far it is; afterwards you can begin anew.";

    public static ProblemHttpResult JobCompleted(Guid jobId) => Problem(
        StatusCodes.Status409Conflict, "job-completed", "The job is completed.",
        $"Job {jobId} has its answer: there is nothing to retry. Ask for another one with POST /chat/jobs/{jobId}/regenerate.", new() { ["jobId"] = jobId });

    public static ProblemHttpResult KeyReused(SubmissionResult.KeyReused reused) => Problem(
        StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "This Idempotency-Key stands for another request.",
        reused.IsDeleted
            ? "The key's job was deleted with its chat. Use a new key for a new request."
            : "The key was used before with another message, chat or model. Use a new key for a new request.",
        new() { ["jobId"] = reused.JobId });

    public static ProblemHttpResult TooMany(string type, string title, string detail, Dictionary<string, object?> extensions) => Problem(
        StatusCodes.Status429TooManyRequests, type, title, detail, extensions);

    public static ProblemHttpResult Dependency(DependencyException exception) => Problem(
        exception.StatusCode, "dependency-unavailable", "A part of the system cannot be reached.", exception.Message);

    private static ProblemHttpResult Problem(int status, string type, string title, string detail, Dictionary<string, object?>? extensions = null) =>
        TypedResults.Problem(detail, instance: null, status, title, TypePrefix + type, extensions);
}
