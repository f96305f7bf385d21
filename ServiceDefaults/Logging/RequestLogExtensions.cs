using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudIa.ServiceDefaults.Logging;

internal static class RequestLogExtensions
{
    /// <summary>Logs all requests by <see cref="RequestLog"/>.</summary>
    /// <remarks>Ahead of every other filter, of ASP.NET's too: an unknown host, a page of another origin, a preflight and a WebSocket are answered there, and reach nothing that is mapped.</remarks>
    public static void AddRequestLog(this IServiceCollection services) => services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter, Filter>());

    private sealed class Filter(ILoggerFactory loggers, TimeProvider time) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            var logger = loggers.CreateLogger(RequestLog.Category);
            app.Use((RequestDelegate after) => new RequestLog(after, logger, time).InvokeAsync);
            next(app);
        };
    }
}
