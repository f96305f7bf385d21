namespace CloudIa.Notifier;

/// <summary>Where Notifier listens.</summary>
public static class NotifierPaths
{
    public const string WebSocket = "/ws";
    public const string Hub = "/hub";

    /// <summary>What API Gateway's integrations call: <c>/connect</c>, <c>/default</c> and <c>/disconnect</c> below it.</summary>
    public const string ApiGateway = "/apigateway";

    /// <summary>The AsyncAPI document of all wires.</summary>
    public const string AsyncApi = "/asyncapi/v1.json";

    internal static bool Cover(PathString path) => path.StartsWithSegments(WebSocket) || path.StartsWithSegments(Hub);
}
