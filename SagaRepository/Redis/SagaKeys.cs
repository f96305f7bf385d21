using MassTransit;

namespace CloudIa.SagaRepository.Redis;

/// <summary>Which keys a type of sagas has, and where. No record: the connection's key holds the password, and a record would print it.</summary>
internal sealed class SagaKeys(Type sagaType, string keyPrefix, object connection, SelectDatabase database)
{
    /// <summary>One of its own for the whole process, so that two repositories that were told nothing are seen to be in one place.</summary>
    public static readonly SelectDatabase DefaultDatabase = multiplexer => multiplexer.GetDatabase();

    private readonly object _connection = connection;
    private readonly SelectDatabase _database = database;

    public Type SagaType => sagaType;

    /// <summary>With its colon; empty where there is none.</summary>
    public string KeyPrefix => keyPrefix;

    /// <summary>Seen without connecting: two delegates may still choose the same, which <see cref="SagaPlaces"/> sees when they have.</summary>
    public bool Clash(SagaKeys other) =>
        SagaType != other.SagaType && KeyPrefix == other.KeyPrefix && _connection.Equals(other._connection) && _database.Equals(other._database);

    public ConfigurationException Refusal(SagaKeys other) => new(
        $"The sagas {TypeCache.GetShortName(other.SagaType)} and {TypeCache.GetShortName(SagaType)} have the same keys in Redis, " +
        $"\"{KeyPrefix}<correlation id>\", and would overwrite each other. Give each its own KeyPrefix, or a database of its own (SelectDatabase).");
}
