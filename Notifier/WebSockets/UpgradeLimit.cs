using Microsoft.AspNetCore.Http.Features;

namespace CloudIa.Notifier.WebSockets;

/// <summary>Says so where the server has as many WebSockets as it may have. It throws then, which nobody could tell from a fault; and SignalR keeps it to itself.</summary>
internal static class UpgradeLimit
{
    /// <summary>For a wire's own pipeline, ahead of what upgrades.</summary>
    public static void Use(IApplicationBuilder app) => app.Use(next => context =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } server ? RunAsync(context, server, next) : next(context));

    private static async Task RunAsync(HttpContext context, IHttpUpgradeFeature server, RequestDelegate next)
    {
        var upgrade = new Upgrade(server);
        context.Features.Set<IHttpUpgradeFeature>(upgrade);
        try
        {
            await next(context);
        }
        catch (ServerIsFullException)
        {
            // Answered below, as where nobody let it through.
        }

        if (upgrade.IsRefused && !context.Response.HasStarted)
        {
            context.Response.Clear();
            await Problems.ServerIsFull(context).ExecuteAsync(context);
        }
    }

    private sealed class Upgrade(IHttpUpgradeFeature server) : IHttpUpgradeFeature
    {
        public bool IsRefused { get; private set; }

        public bool IsUpgradableRequest => server.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync()
        {
            try
            {
                return await server.UpgradeAsync();
            }
            catch (InvalidOperationException exception) when (IsUpgradableRequest)
            {
                // The only reason left: it can be upgraded, and was not yet.
                IsRefused = true;
                throw new ServerIsFullException(exception);
            }
        }
    }
}
