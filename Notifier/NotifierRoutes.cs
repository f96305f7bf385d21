using Microsoft.AspNetCore.Routing.Patterns;

namespace CloudIa.Notifier;

/// <summary>
/// The wires that are ahead of the host's routing, as routes: so that the log and the metrics of requests name them. Only the names are used.
/// </summary>
internal static class NotifierRoutes
{
    private static readonly Endpoint Hub = Named(NotifierPaths.Hub);

    public static Endpoint WebSocket { get; } = Named(NotifierPaths.WebSocket);

    public static bool IsWebSocket(PathString path) => path.StartsWithSegments(NotifierPaths.WebSocket, out var rest) && (!rest.HasValue || rest == "/");

    public static bool IsHub(PathString path) =>
        path.StartsWithSegments(NotifierPaths.Hub, out var rest) && (!rest.HasValue || rest == "/" || rest.StartsWithSegments("/negotiate"));

    /// <summary>The wire that the path is of; null: of none.</summary>
    public static Endpoint? Of(PathString path) => IsWebSocket(path) ? WebSocket : IsHub(path) ? Hub : null;

    private static RouteEndpoint Named(string path) => new(_ => Task.CompletedTask, RoutePatternFactory.Parse(path), order: 0, EndpointMetadataCollection.Empty, path);
}
