using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Listening;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Notifier.WebSockets;

/// <summary>The raw WebSocket.</summary>
internal sealed class WebSocketEndpoint(ListenerFactory listeners, JobAccess jobs, IOptions<NotifierOptions> options,
    IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers)
{
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints)
    {
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(context => context.RequestServices.GetRequiredService<WebSocketEndpoint>().HandleAsync(context));
        return endpoints.Map(NotifierPaths.WebSocket, pipeline.Build()).WithDisplayName("WebSocket");
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problems.BadRequest(
                "This is a WebSocket.",
                $"Connect with a WebSocket client, as in: wscat -c ws://{context.Request.Host}{context.Request.PathBase}{NotifierPaths.WebSocket}. " +
                "A proxy in between must pass the Upgrade header on.").ExecuteAsync(context);
            return;
        }

        if (!Sessions.TryGet(context.Request, time, out var sessionId))
        {
            await Problems.InvalidSession().ExecuteAsync(context);
            return;
        }

        try
        {
            await ListenAsync(context, sessionId);
        }
        catch (Exception e) when (e is RedisException or TimeoutException && !context.Response.HasStarted)
        {
            await Problems.Unavailable().ExecuteAsync(context);
        }
    }

    private async Task ListenAsync(HttpContext context, string sessionId)
    {
        var connectionId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        var connection = ListenerConnections.Of(context.User, sessionId, connectionId, ListenerConnections.WebSocket);

        // Before the upgrade, so that what fails is still an HTTP answer.
        await using var listener = await listeners.OpenAsync(connection, context.RequestAborted);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.Value.KeepAliveInterval,
            KeepAliveTimeout = options.Value.KeepAliveTimeout,
        });

        var session = new WebSocketSession(socket, listener, jobs, options.Value, time, loggers.CreateLogger<WebSocketSession>());
        await session.RunAsync(lifetime.ApplicationStopping);
    }
}
