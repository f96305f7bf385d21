using CloudIa.Limits;
using CloudIa.Notifier.Connections;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.Notifier;

/// <summary>RFC 9457 answers to requests that become no connection.</summary>
internal static class Problems
{
    /// <summary>Seconds after which a place may be free, or a new connection led to another replica.</summary>
    private const int FullFor = 5;

    public static ProblemHttpResult BadRequest(string title, string detail) =>
        TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, title: title, detail: detail);

    public static ProblemHttpResult InvalidSession() => BadRequest("The sessionId is not valid.", Sessions.Invalid);

    public static ProblemHttpResult InvalidScope() => BadRequest("The scope is not known.", ListenerScopes.Invalid);

    public static ProblemHttpResult TooMany(HttpContext context, TooManyConnectionsException exception)
    {
        var limit = new LimitState(LimitKind.Connections, exception.Most, Remaining: 0, Reset: null);
        var headers = context.Response.Headers;
        headers[RateLimitFields.Policy] = RateLimitFields.PolicyOf([limit]);
        headers[RateLimitFields.Current] = RateLimitFields.CurrentOf([limit]);
        headers.RetryAfter = $"{RateLimitFields.Seconds(limit)}";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status429TooManyRequests,
            type: "urn:cloudia:problem:too-many-connections",
            title: "You have as many connections as you can have.",
            detail: exception.Message,
            extensions: new Dictionary<string, object?>
            {
                ["limit"] = LimitNames.Of(limit.Kind),
                ["quota"] = limit.Quota,
                ["retryAfter"] = RateLimitFields.Seconds(limit),
                ["violated-policies"] = new[] { LimitNames.Of(limit.Kind) },
            });
    }

    public static ProblemHttpResult ServerIsFull(HttpContext context)
    {
        context.Response.Headers.RetryAfter = $"{FullFor}";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            type: "urn:cloudia:problem:server-full",
            title: "This server has as many WebSockets as it can have.",
            detail: $"It is not your own connections that are too many. Connect again in {FullFor} seconds, or follow the job's events over HTTP meanwhile.");
    }

    public static ProblemHttpResult Unavailable() => TypedResults.Problem(
        statusCode: StatusCodes.Status503ServiceUnavailable,
        title: "Events cannot be followed just now.",
        detail: "Redis cannot be reached, so nothing would be announced to this connection. Connect again in a few seconds.");
}
