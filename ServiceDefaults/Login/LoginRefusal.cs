using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>What a caller who is not let in is told. Written by the login itself: it comes before any handler of exceptions.</summary>
public sealed record LoginRefusal(int Status, string Detail)
{
    private const string TypePrefix = "urn:cloudia:problem:";
    private const string NoToken = "There is no token. Send 'Authorization: Bearer <token>'.";

    /// <param name="failure">Of the authentication; null: nothing was sent.</param>
    public static LoginRefusal Of(Exception? failure) => failure is LoginException { IsUnavailable: true }
        ? new(StatusCodes.Status503ServiceUnavailable, failure.Message)
        : new(StatusCodes.Status401Unauthorized, (failure as LoginException)?.Message ?? NoToken);

    /// <summary>What goes with the status, whatever the body is.</summary>
    public void SetHeaders(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "5";
        else
            context.Response.Headers.WWWAuthenticate = context.Request.Headers.ContainsKey(HeaderNames.Authorization) ? "Bearer error=\"invalid_token\"" : "Bearer";
    }

    internal static Task ChallengeAsync(HttpContext context, Exception? failure)
    {
        var refusal = Of(failure);
        refusal.SetHeaders(context);
        return refusal.Status == StatusCodes.Status503ServiceUnavailable
            ? WriteAsync(context, refusal, "dependency-unavailable", "The login cannot be checked just now.")
            : WriteAsync(context, refusal, "unauthorized", "Who are you?");
    }

    internal static Task ForbidAsync(HttpContext context) => WriteAsync(
        context, new(StatusCodes.Status403Forbidden, "You are known, and may not do this: your login has not the role that it needs, or is an API key."), "forbidden", "You may not do this.");

    private static Task WriteAsync(HttpContext context, LoginRefusal refusal, string type, string title) =>
        TypedResults.Problem(refusal.Detail, statusCode: refusal.Status, title: title, type: TypePrefix + type).ExecuteAsync(context);
}
