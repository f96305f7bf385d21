using MassTransit;
using StackExchange.Redis;

namespace CloudIa.SagaRepository.Redis;

/// <summary>Where the sagas of this host turned out to be, once each has its database.</summary>
internal sealed class SagaPlaces
{
    private readonly Dictionary<(string Servers, int Database, string KeyPrefix), SagaKeys> _places = [];

    /// <exception cref="ConfigurationException">Another type of sagas has the same keys there.</exception>
    public void Take(SagaKeys keys, IDatabase database)
    {
        var servers = RedisErrors.Text(database.Multiplexer?.GetEndPoints(configuredOnly: true) ?? []);
        lock (_places)
        {
            if (!_places.TryAdd((servers, database.Database, keys.KeyPrefix), keys)
                && _places[(servers, database.Database, keys.KeyPrefix)] is var other && other.SagaType != keys.SagaType)
            {
                throw keys.Refusal(other);
            }
        }
    }
}
