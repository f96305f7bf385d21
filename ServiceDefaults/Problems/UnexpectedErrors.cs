using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudIa.ServiceDefaults.Problems;

/// <summary>Answers what nobody expected where that happens ahead of the host's exception handling, as <see cref="InternalError"/> does behind it.</summary>
public sealed partial class UnexpectedErrors(ILogger<UnexpectedErrors> logger)
{
    /// <summary>Logs the exception, and answers. Only while the answer has not begun.</summary>
    public Task AnswerAsync(HttpContext context, Exception exception)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Clear();
        if (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // As ASP.NET's own handler: nobody is there to read it, and nothing went wrong.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return Task.CompletedTask;
        }

        Log.Failed(logger, exception);
        return InternalError.Of(exception).ExecuteAsync(context);
    }

    private static partial class Log
    {
        [LoggerMessage(1202, LogLevel.Error, "A request that was to become a connection was answered with an error: nobody handled the exception.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
