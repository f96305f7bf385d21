using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.Listening;
using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Problems;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Notifier.WebSockets;

/// <summary>The raw WebSocket.</summary>
/// <remarks>Ahead of routing and all else: each middleware and each service of a request would stay in memory as long as its connection does.</remarks>
internal sealed class WebSocketEndpoint(ListenerFactory listeners, RequestLogin login, UnexpectedErrors errors, IOptions<NotifierOptions> options,
    IHostApplicationLifetime lifetime, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ILogger<ClientFrameHandler> _framesLogger = loggers.CreateLogger<ClientFrameHandler>();
    private readonly ILogger<WebSocketSession> _sessionLogger = loggers.CreateLogger<WebSocketSession>();

    public static void Use(IApplicationBuilder app)
    {
        var branch = app.New();
        UpgradeLimit.Use(branch);
        branch.UseWebSockets();
        branch.Run(app.ApplicationServices.GetRequiredService<WebSocketEndpoint>().HandleAsync);
        var pipeline = branch.Build();
        app.Use(next => context => NotifierRoutes.IsWebSocket(context.Request.Path) ? pipeline(context) : next(context));
    }

    private async Task HandleAsync(HttpContext context)
    {
        context.SetEndpoint(NotifierRoutes.WebSocket);
        if (await TryOpenAsync(context) is { } session)
        {
            await session.RunAsync(lifetime.ApplicationStopping);
        }
    }

    /// <returns>Null: the request becomes no connection, and was answered.</returns>
    private async Task<WebSocketSession?> TryOpenAsync(HttpContext context)
    {
        try
        {
            return await OpenAsync(context);
        }
        catch (Exception e) when (e is not ServerIsFullException && !context.Response.HasStarted)
        {
            await errors.AnswerAsync(context, e);
            return null;
        }
    }

    /// <returns>Null: the request becomes no connection, and was answered.</returns>
    private async Task<WebSocketSession?> OpenAsync(HttpContext context)
    {
        if (await login.LogInAsync(context, QueryLogin.Ticket) is not { } caller)
        {
            return null;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            await Problems.BadRequest(
                "This is a WebSocket.",
                $"Connect with a WebSocket client, as in: wscat -c ws://{context.Request.Host}{context.Request.PathBase}{NotifierPaths.WebSocket}. " +
                "A proxy in between must pass the Upgrade header on.").ExecuteAsync(context);
            return null;
        }

        if (!Sessions.TryGet(context.Request, time, out var sessionId))
        {
            await Problems.InvalidSession().ExecuteAsync(context);
            return null;
        }

        if (!ListenerScopes.TryGet(context.Request, out var scope))
        {
            await Problems.InvalidScope().ExecuteAsync(context);
            return null;
        }

        var connectionId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        try
        {
            return await UpgradeAsync(context, ListenerConnections.Of(caller, sessionId, connectionId, ListenerConnections.WebSocket), scope, ConnectionLogin.Of(caller));
        }
        catch (TooManyConnectionsException e)
        {
            await Problems.TooMany(context, e).ExecuteAsync(context);
            return null;
        }
        catch (Exception e) when (e is RedisException or TimeoutException && !context.Response.HasStarted)
        {
            await Problems.Unavailable().ExecuteAsync(context);
            return null;
        }
    }

    private async Task<WebSocketSession> UpgradeAsync(HttpContext context, ListenerConnection connection, ListenerScope scope, ConnectionLogin login)
    {
        // Before the upgrade, so that what fails is still an HTTP answer.
        var listener = await listeners.OpenAsync(connection, scope, login, context.RequestAborted);
        try
        {
            var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
            {
                KeepAliveInterval = options.Value.KeepAliveInterval,
                KeepAliveTimeout = options.Value.KeepAliveTimeout,
            });

            var sink = new WebSocketSink(socket);
            var (subscriptions, acknowledgements) = listeners.ClientOf(listener, Sessions.IsNamed(context.Request));
            var frames = new ClientFrameHandler(listener, subscriptions, acknowledgements, sink.SendAsync, _framesLogger);
            return new WebSocketSession(socket, sink, listener, frames, acknowledgements, options.Value, time, _sessionLogger);
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }
}
