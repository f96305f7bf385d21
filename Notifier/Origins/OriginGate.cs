using CloudIa.Notifier.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CloudIa.Notifier.Origins;

/// <summary>Refuses a browser page of another origin before anything else looks at its request.</summary>
internal sealed class OriginGate(RequestDelegate next, IOptions<NotifierOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers[HeaderNames.Origin].ToString();
        return OriginRule.Allows(origin, context.Request.Host, options.Value.AllowedOrigins)
            ? next(context)
            : TypedResults.Problem(
                statusCode: StatusCodes.Status403Forbidden,
                title: "This origin may not listen.",
                detail: "The page's origin is neither this service's host nor in Notifier:AllowedOrigins. Add it there, as scheme://host:port.")
                .ExecuteAsync(context);
    }
}

/// <summary>Puts the gate (and CORS, for SignalR's negotiation) before authentication, which a preflight cannot pass.</summary>
internal sealed class OriginGateFilter : IStartupFilter
{
    public const string CorsPolicy = "CloudIa.Notifier";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(
            context => NotifierPaths.Cover(context.Request.Path),
            gated => gated.UseMiddleware<OriginGate>().UseCors(CorsPolicy));
        next(app);
    };
}
