using StackExchange.Redis;

namespace MassTransit;

/// <summary>
/// Makes the connections of sagas that were given a <c>DatabaseConfiguration</c>. Register your own to make them in another way; what it gives
/// is asked for once for each configuration, and is not disposed here.
/// </summary>
public interface IConnectionMultiplexerFactory
{
    IConnectionMultiplexer GetConnectionMultiplexer(ConfigurationOptions configuration);
}
