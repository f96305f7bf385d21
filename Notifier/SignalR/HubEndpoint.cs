using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.WebSockets;
using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Problems;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.SignalR;

/// <summary>The SignalR hub.</summary>
/// <remarks>Ahead of the host's own middlewares, as the raw WebSocket is, and for the same reason.</remarks>
internal static class HubEndpoint
{
    public static void Add(IServiceCollection services)
    {
        // SignalR's own JSON options write events exactly as ClientEventJson does; a test holds the two together.
        services.AddSignalR();
        services.AddOptions<HubOptions<ListenHub>>().Configure<IOptions<NotifierOptions>>((hub, notifier) =>
        {
            hub.KeepAliveInterval = notifier.Value.KeepAliveInterval;
            hub.ClientTimeoutInterval = notifier.Value.KeepAliveInterval + notifier.Value.KeepAliveTimeout;
            hub.MaximumReceiveMessageSize = ClientFrame.MaxBytes;
        });
    }

    public static void Use(IApplicationBuilder app)
    {
        var branch = app.New();
        var login = app.ApplicationServices.GetRequiredService<RequestLogin>();
        var errors = app.ApplicationServices.GetRequiredService<UnexpectedErrors>();
        // First, so that a refused login has its route in the log of requests, too.
        branch.UseRouting();
        UpgradeLimit.Use(branch);
        branch.Use(next => context => LogInAsync(login, errors, context, next));
        branch.UseEndpoints(Map);
        var pipeline = branch.Build();
        app.Use(next => context => NotifierRoutes.IsHub(context.Request.Path) ? pipeline(context) : next(context));
    }

    private static async Task LogInAsync(RequestLogin login, UnexpectedErrors errors, HttpContext context, RequestDelegate next)
    {
        try
        {
            if (await login.LogInAsync(context, QueryLogin.AccessToken) is { } caller)
            {
                context.User = caller;
                await next(context);
            }
        }
        catch (Exception e) when (e is not ServerIsFullException && !context.Response.HasStarted)
        {
            await errors.AnswerAsync(context, e);
        }
    }

    private static void Map(IEndpointRouteBuilder endpoints)
    {
        var hub = endpoints.MapHub<ListenHub>(NotifierPaths.Hub);

        // Both the negotiation and the connection: a hub can only drop a connection, not answer 400.
        hub.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
                !Sessions.TryGet(context.Request, TimeProvider.System, out _) ? Problems.InvalidSession().ExecuteAsync(context)
                : !ListenerScopes.TryGet(context.Request, out _) ? Problems.InvalidScope().ExecuteAsync(context)
                : next(context);
        });
    }
}
