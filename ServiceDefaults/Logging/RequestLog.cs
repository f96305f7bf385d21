using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace CloudIa.ServiceDefaults.Logging;

/// <summary>
/// One line for each request when it has ended, and for a connection that became a WebSocket when that has: method, route, status, milliseconds, trace id. The route is the
/// template, since a path has ids in it; there is nothing else of the request. Event 1201 of category <see cref="Category"/>, level Information.
/// </summary>
/// <remarks>An idle WebSocket waits in here, too: no more is kept for it than the time at which it began.</remarks>
internal sealed partial class RequestLog(RequestDelegate next, ILogger logger, TimeProvider time)
{
    public const string Category = "CloudIa.Requests";

    /// <summary>For what no route matches, and for what is refused before one is looked for.</summary>
    public const string NoRoute = "(none)";

    /// <summary>A method is the client's own word: OpenTelemetry's name for all that HTTP does not know.</summary>
    public const string OtherMethod = "_OTHER";

    public Task InvokeAsync(HttpContext context) => logger.IsEnabled(LogLevel.Information) && !IsProbe(context.Request.Path) ? LoggedAsync(context) : next(context);

    private async Task LoggedAsync(HttpContext context)
    {
        var began = time.GetTimestamp();
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            Write(context, context.Response.HasStarted ? context.Response.StatusCode : StatusOf(exception), began);
            throw;
        }

        Write(context, context.Response.StatusCode, began);
    }

    private void Write(HttpContext context, int status, long began) =>
        Log.Ended(logger, MethodOf(context.Request.Method), RouteOf(context), status, time.GetElapsedTime(began).TotalMilliseconds, context.TraceId());

    /// <summary>Asked every few seconds, by machines.</summary>
    private static bool IsProbe(PathString path) => path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics");

    /// <summary>As the server answers an exception that reaches it.</summary>
    private static int StatusOf(Exception exception) => exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;

    /// <summary>The exception handler takes the endpoint away from the request, and knows it.</summary>
    private static string RouteOf(HttpContext context) =>
        ((context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint) as RouteEndpoint)?.RoutePattern.RawText ?? NoRoute;

    private static string MethodOf(string method) =>
        HttpMethods.GetCanonicalizedValue(method) is var known and ("GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" or "CONNECT" or "TRACE") ? known : OtherMethod;

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "{Method} {Route} {StatusCode} in {Milliseconds:0.0} ms, trace {TraceId}")]
        public static partial void Ended(ILogger logger, string method, string route, int statusCode, double milliseconds, string traceId);
    }
}
