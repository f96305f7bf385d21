using StackExchange.Redis;

namespace MassTransit;

/// <summary>How sagas are kept in Redis. The names are those of the official package; what means nothing here says so.</summary>
public interface IRedisSagaRepositoryConfigurator
{
    /// <summary>
    /// <see cref="MassTransit.ConcurrencyMode.Optimistic"/>, the default, is the only one: a write fails where the saga has changed since
    /// it was read. <see cref="MassTransit.ConcurrencyMode.Pessimistic"/> is taken with a warning and means the same.
    /// </summary>
    ConcurrencyMode ConcurrencyMode { set; }

    /// <summary>
    /// A saga's key is <c>{prefix}:{correlation id}</c>, or the bare id without a prefix (the default). Two types of sagas may not
    /// have the same in one database.
    /// </summary>
    string? KeyPrefix { set; }

    /// <summary>Means nothing here: there are no locks.</summary>
    string? LockSuffix { set; }

    /// <summary>Means nothing here: there are no locks.</summary>
    TimeSpan LockTimeout { set; }

    /// <summary>
    /// How long a saga lives after its last write; each write sets it anew. At least 1 ms. Null, the default: for ever, and a time to
    /// live that something else gave the key is kept.
    /// </summary>
    TimeSpan? Expiry { set; }

    /// <summary>Means nothing here: it is for getting a lock. Retry conflicts with <c>UseMessageRetry</c>.</summary>
    IRetryPolicy? RetryPolicy { set; }

    /// <summary>Where Redis is; <c>127.0.0.1</c> unless told. All sagas with the same configuration share a connection.</summary>
    void DatabaseConfiguration(string configuration);

    /// <inheritdoc cref="DatabaseConfiguration(string)"/>
    void DatabaseConfiguration(ConfigurationOptions configurationOptions);

    /// <summary>
    /// Where the connection comes from. Asked at the first message, again as long as it fails, and never after it has answered. What it
    /// gives is not disposed here.
    /// </summary>
    void ConnectionFactory(Func<IConnectionMultiplexer> connectionFactory);

    /// <inheritdoc cref="ConnectionFactory(Func{IConnectionMultiplexer})"/>
    void ConnectionFactory(Func<IServiceProvider, IConnectionMultiplexer> connectionFactory);

    /// <summary>
    /// Keeps what an event makes the saga send in the saga's value, written by the same compare-and-set, and sends it afterwards; an event that
    /// comes again is recognised, changes nothing, and has its messages sent again under the same ids. Takes the place of
    /// <c>UseInMemoryOutbox</c>. Not in the official package.
    /// </summary>
    void UseOutbox(Action<IRedisSagaOutboxConfigurator>? configure = null);

    /// <summary>Chooses a database other than the connection's default.</summary>
    void SelectDatabase(SelectDatabase databaseSelector);
}

/// <inheritdoc />
public interface IRedisSagaRepositoryConfigurator<TSaga> : IRedisSagaRepositoryConfigurator
    where TSaga : class, ISagaVersion;
