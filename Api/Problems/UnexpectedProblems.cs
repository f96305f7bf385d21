using CloudIa.Api.OpenAi;
using CloudIa.ServiceDefaults.Problems;

namespace CloudIa.Api.Problems;

/// <summary>Whatever nobody expected (500). The last handler: it comes after those that know better.</summary>
internal sealed partial class UnexpectedProblems(ILogger<UnexpectedProblems> logger) : Microsoft.AspNetCore.Diagnostics.IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        // The request's own fault: ASP.NET knows the status.
        if (exception is BadHttpRequestException)
            return false;

        Log.Failed(logger, exception);
        await InternalError.Problem().OnDoorOf(httpContext).ExecuteAsync(httpContext);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "A request was answered with 500: nobody handled the exception.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
