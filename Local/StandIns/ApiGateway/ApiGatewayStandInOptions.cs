using Microsoft.Extensions.Logging.Abstractions;

namespace CloudIa.Local.StandIns;

/// <summary>What an <see cref="ApiGatewayStandIn"/> takes itself for.</summary>
public sealed record ApiGatewayStandInOptions
{
    public string Region { get; init; } = "us-east-1";

    public string AccessKey { get; init; } = "local";

    public string SecretKey { get; init; } = "local";

    /// <summary>What the integrations send as <c>X-CloudIa-Gateway-Secret</c>.</summary>
    public string Secret { get; init; } = "a secret of this machine only";

    /// <summary>After which a connection without a frame in either direction is closed. API Gateway's: 10 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After which a connection is closed. API Gateway's: 2 hours.</summary>
    public TimeSpan ConnectionDuration { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Null: a free one.</summary>
    public int? Port { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
