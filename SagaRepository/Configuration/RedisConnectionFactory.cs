using StackExchange.Redis;

namespace MassTransit;

/// <summary>Where a connection comes from.</summary>
public delegate IConnectionMultiplexer RedisConnectionFactory(IServiceProvider provider);
