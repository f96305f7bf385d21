using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using CloudIa.Notifier.WebSockets;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.SignalR;

/// <summary>The SignalR hub.</summary>
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

    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder endpoints)
    {
        var hub = endpoints.MapHub<ListenHub>(NotifierPaths.Hub);

        // Both the negotiation and the connection: a hub can only drop a connection, not answer 400.
        hub.Add(endpoint =>
        {
            var next = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
                Sessions.TryGet(context.Request, TimeProvider.System, out _) ? next(context) : Problems.InvalidSession().ExecuteAsync(context);
        });
        return hub;
    }
}
