using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;

namespace CloudIa.ServiceDefaults.Browsers;

/// <summary>
/// Ahead of all else, so that a refusal has its headers too: a page of an allowed origin can read why it got a 401 or 429. Not for what becomes a WebSocket,
/// which no headers protect, and for whose whole life they would be kept.
/// </summary>
internal sealed class BrowserFilter(IHostEnvironment environment) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(x => !string.Equals(x.Request.Headers.Upgrade, "websocket", StringComparison.OrdinalIgnoreCase), answers =>
        {
            if (!environment.IsDevelopment())
                answers.UseHsts();
            answers.Use(after => context =>
            {
                context.Response.OnStarting(SecurityHeaders.AddAsync, context.Response);
                return after(context);
            });
            answers.UseCors(BrowserExtensions.CorsPolicy);
        });
        next(app);
    };
}
