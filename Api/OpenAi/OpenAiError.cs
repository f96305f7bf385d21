using System.Diagnostics;
using CloudIa.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.Api.OpenAi;

/// <summary>OpenAI's error object: <c>{"error":{message, type, param, code}}</c>.</summary>
internal sealed record OpenAiError : IResult
{
    private static readonly byte[] FrameStart = "data: {\"error\":"u8.ToArray();

    public const string RequestId = "x-request-id";
    public const string ShouldRetry = "x-should-retry";
    public const string Unsupported = "unsupported_parameter";
    public const string InvalidValue = "invalid_value";
    public const string Missing = "missing_required_parameter";

    public required int Status { get; init; }

    public required string Message { get; init; }

    public required string Code { get; init; }

    /// <summary>The field of the request; null: none in particular.</summary>
    public string? Param { get; init; }

    /// <summary>False: OpenAI's clients are told not to try again by themselves, which the status alone would have them do.</summary>
    public bool Retryable { get; init; } = true;

    /// <summary>What a limit that refuses counts; null: none does.</summary>
    public string? LimitType { get; init; }

    public string Type => LimitType ?? Status switch
    {
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= StatusCodes.Status500InternalServerError => "server_error",
        _ => "invalid_request_error",
    };

    public static OpenAiError Invalid(string? param, string code, string message) =>
        new() { Status = StatusCodes.Status400BadRequest, Param = param, Code = code, Message = message };

    public static OpenAiError ModelNotFound(string model, string known) => new()
    {
        Status = StatusCodes.Status404NotFound,
        Param = "model",
        Code = "model_not_found",
        Message = $"There is no model '{model}' here. {known}",
    };

    /// <summary>Clients try a 409 again by themselves: this one takes minutes.</summary>
    public static OpenAiError DeletionRunning(DateTimeOffset since) =>
        new() { Status = StatusCodes.Status409Conflict, Code = "deletion_running", Message = ApiProblems.DeletionRunningDetail(since), Retryable = false };

    public static OpenAiError From(ProblemHttpResult problem) =>
        OfStatus(problem.StatusCode, problem.ProblemDetails.Detail ?? problem.ProblemDetails.Title ?? "The request was refused.");

    public static OpenAiError OfStatus(int status, string message) => new()
    {
        Status = status,
        Message = message,
        Code = status switch
        {
            StatusCodes.Status401Unauthorized => "invalid_api_key",
            StatusCodes.Status403Forbidden => "forbidden",
            StatusCodes.Status404NotFound => "not_found",
            StatusCodes.Status405MethodNotAllowed => "method_not_allowed",
            StatusCodes.Status413PayloadTooLarge => "request_too_large",
            StatusCodes.Status415UnsupportedMediaType => "unsupported_media_type",
            StatusCodes.Status429TooManyRequests => "rate_limit_exceeded",
            StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable => "service_unavailable",
            >= StatusCodes.Status500InternalServerError => "internal_error",
            _ => "invalid_request",
        },
    };

    public object Fields => new { message = Message, type = Type, param = Param, code = Code };

    /// <summary>As it is said in the middle of a stream.</summary>
    public byte[] ToFrame() => CompletionJson.Frame(Body());

    public static bool IsFrame(byte[] frame) => frame.AsSpan().StartsWith(FrameStart);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers[RequestId] = Activity.Current?.TraceId.ToString() ?? httpContext.TraceIdentifier;
        if (!Retryable)
            httpContext.Response.Headers[ShouldRetry] = "false";
        return TypedResults.Json(Body(), CompletionJson.Options, statusCode: Status).ExecuteAsync(httpContext);
    }

    private object Body() => new { error = Fields };
}
