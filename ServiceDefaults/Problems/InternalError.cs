using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.ServiceDefaults.Problems;

/// <summary>The problem (RFC 9457) that every service answers with where nobody expected what happened.</summary>
public static class InternalError
{
    /// <summary>500. Says nothing of what went wrong: that is for the log, which has the same trace id.</summary>
    public static ProblemHttpResult Problem() => TypedResults.Problem(
        statusCode: StatusCodes.Status500InternalServerError,
        type: "urn:cloudia:problem:internal-error",
        title: "Something went wrong on our side.",
        detail: "The request was not at fault, and it is not known how far it got. Send it again with the same Idempotency-Key; where it fails again, tell the operator the traceId.");

    /// <summary>For an exception that nobody handled. Where it is the request's own fault ASP.NET knows the status (408, 413, …).</summary>
    internal static ProblemHttpResult Of(Exception? exception) => exception is BadHttpRequestException bad ? TypedResults.Problem(statusCode: bad.StatusCode) : Problem();

    internal static Task AnswerAsync(HttpContext context) => Of(context.Features.Get<IExceptionHandlerFeature>()?.Error).ExecuteAsync(context);
}
