namespace CloudIa.Notifier.ApiGateway;

/// <summary>Quotas of API Gateway's WebSocket APIs that no support ticket raises.</summary>
internal static class ApiGatewayLimits
{
    /// <summary>A frame has 32 KB at most, else the connection is closed with 1009. Counted as 32,000, whichever KB is meant.</summary>
    public const int FrameBytes = 32_000;

    /// <summary>What a client may send as one message, in several frames.</summary>
    public const int MessageBytes = 128 * 1024;

    /// <summary>No connection is older.</summary>
    public static readonly TimeSpan ConnectionDuration = TimeSpan.FromHours(2);
}
