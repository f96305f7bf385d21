using StackExchange.Redis;

namespace MassTransit;

/// <summary>Chooses the database of a connection that holds the sagas.</summary>
public delegate IDatabase SelectDatabase(IConnectionMultiplexer multiplexer);
