namespace CloudIa.Notifier.ApiGateway;

/// <summary>Headers that the integrations' request parameters set. A client cannot: API Gateway passes on only what is mapped.</summary>
internal static class GatewayHeaders
{
    /// <summary>A static value.</summary>
    public const string Secret = "X-CloudIa-Gateway-Secret";

    /// <summary><c>context.connectionId</c>.</summary>
    public const string ConnectionId = "X-CloudIa-Connection-Id";
}
