using CloudIa.Api.OpenAi;
using CloudIa.Store;
using StackExchange.Redis;

namespace CloudIa.Api.Problems;

/// <summary>Tells "something behind us does not answer" (502, 503: try again) apart from "we have a fault" (500).</summary>
internal sealed partial class DependencyProblems(ILogger<DependencyProblems> logger) : Microsoft.AspNetCore.Diagnostics.IExceptionHandler
{
    private const string StoreProblem = "The store (DynamoDB) does not answer. Try again; where something was to be changed, look first whether it was.";
    private const string RedisProblem = "Redis does not answer. Try again; where something was to be changed, look first whether it was.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var dependency = exception switch
        {
            DependencyException known => known,
            RedisException or RedisTimeoutException => new DependencyException(StatusCodes.Status503ServiceUnavailable, RedisProblem, exception),
            _ when StoreFailures.MayPass(exception) => new DependencyException(StatusCodes.Status503ServiceUnavailable, StoreProblem, exception),
            OperationCanceledException when !httpContext.RequestAborted.IsCancellationRequested =>
                new DependencyException(StatusCodes.Status503ServiceUnavailable, StoreProblem, exception),
            _ => null,
        };
        if (dependency is null)
            return false;

        Log.Unavailable(logger, exception, dependency.StatusCode);
        httpContext.Response.Headers.RetryAfter = "1";
        await ApiProblems.Dependency(dependency).OnDoorOf(httpContext).ExecuteAsync(httpContext);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A request was answered with {StatusCode}: something behind this service does not answer.")]
        public static partial void Unavailable(ILogger logger, Exception exception, int statusCode);
    }
}
