using CloudIa.Notifier.SignalR;
using CloudIa.Notifier.WebSockets;
using CloudIa.ServiceDefaults.Browsers;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CloudIa.Notifier.Origins;

/// <summary>Refuses a browser page of another origin before anything else looks at its request.</summary>
internal sealed class OriginGate(RequestDelegate next, IOptions<OriginOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers[HeaderNames.Origin].ToString();
        if (OriginRule.Allows(origin, context.Request.Host, options.Value))
        {
            return next(context);
        }

        context.SetEndpoint(NotifierRoutes.Of(context.Request.Path));
        return TypedResults.Problem(
            statusCode: StatusCodes.Status403Forbidden,
            title: "This origin may not listen.",
            detail: "The page's origin is neither this service's host nor in Cors:AllowedOrigins. Add it there, as scheme://host:port.")
            .ExecuteAsync(context);
    }
}

/// <summary>Puts the gate before all else, and right behind it the raw WebSocket and the hub.</summary>
internal sealed class ListeningFilter : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(context => NotifierPaths.Cover(context.Request.Path), gated => gated.UseMiddleware<OriginGate>());
        WebSocketEndpoint.Use(app);
        HubEndpoint.Use(app);
        next(app);
    };
}
