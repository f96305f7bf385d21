namespace CloudIa.Notifier;

/// <summary>Where Notifier listens.</summary>
public static class NotifierPaths
{
    public const string WebSocket = "/ws";
    public const string Hub = "/hub";

    internal static bool Cover(PathString path) => path.StartsWithSegments(WebSocket) || path.StartsWithSegments(Hub);
}
