using CloudIa.SagaRepository.Outbox;
using CloudIa.SagaRepository.Redis;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using StackExchange.Redis;

namespace CloudIa.SagaRepository.Configuration;

internal sealed class RedisSagaRepositoryConfigurator<TSaga> : IRedisSagaRepositoryConfigurator<TSaga>
    where TSaga : class, ISagaVersion
{
    private string _keyPrefix = "";
    private SagaConnection _connection = SagaConnection.Of(ConfigurationOptions.Parse("127.0.0.1"));
    private SelectDatabase _selectDatabase = SagaKeys.DefaultDatabase;
    private TimeSpan? _expiry;
    private OutboxSettings _outbox = OutboxSettings.Off;

    public SagaSettings<TSaga> Settings => new(_keyPrefix, _expiry, _outbox);

    public ConcurrencyMode ConcurrencyMode { private get; set; } = ConcurrencyMode.Optimistic;

    /// <summary>With its colon; empty where there is none.</summary>
    public string? KeyPrefix
    {
        set => _keyPrefix = string.IsNullOrWhiteSpace(value) ? "" : value.TrimEnd(':') + ":";
    }

    public string? LockSuffix
    {
        set { }
    }

    public TimeSpan LockTimeout
    {
        set { }
    }

    public TimeSpan? Expiry
    {
        set => _expiry = value;
    }

    public IRetryPolicy? RetryPolicy
    {
        set { }
    }

    public void DatabaseConfiguration(string configuration) => DatabaseConfiguration(ConfigurationOptions.Parse(configuration));

    public void DatabaseConfiguration(ConfigurationOptions configurationOptions) => _connection = SagaConnection.Of(configurationOptions);

    public void ConnectionFactory(Func<IConnectionMultiplexer> connectionFactory) => _connection = SagaConnection.Of(connectionFactory);

    public void ConnectionFactory(Func<IServiceProvider, IConnectionMultiplexer> connectionFactory) =>
        _connection = SagaConnection.Of(connectionFactory);

    public void SelectDatabase(SelectDatabase databaseSelector) => _selectDatabase = databaseSelector;

    public void UseOutbox(Action<IRedisSagaOutboxConfigurator>? configure = null)
    {
        var outbox = new RedisSagaOutboxConfigurator();
        configure?.Invoke(outbox);
        _outbox = outbox.Settings;
    }

    public void AddTypeToKeyPrefix() => _keyPrefix += TypeCache<TSaga>.ShortName + ":";

    /// <exception cref="ConfigurationException">Says all that is wrong at once.</exception>
    public void ThrowIfInvalid()
    {
        List<string> wrong = [];
        if (ConcurrencyMode != ConcurrencyMode.Optimistic)
        {
            LogContext.Warning?.Log("{SagaType} asks for ConcurrencyMode {ConcurrencyMode}, but this repository has no locks, whose holder could die or lose " +
                "them unnoticed: it works optimistically. Retry conflicts with UseMessageRetry(r => r.Handle<ConcurrencyException>())",
                TypeCache<TSaga>.ShortName, ConcurrencyMode);
        }

        if (_expiry < TimeSpan.FromMilliseconds(1))
        {
            wrong.Add($"Expiry is {_expiry}, shorter than 1 ms: the saga would be gone before it could be read. Leave it out to keep sagas for ever.");
        }

        if (_outbox.InboxLimit is < 1 or > OutboxSettings.MostInboxLimit)
        {
            wrong.Add($"InboxLimit is {_outbox.InboxLimit}, and must be 1 to {OutboxSettings.MostInboxLimit}: each event makes the value longer, " +
                "which is read and written with every event.");
        }

        if (_outbox.Retention < OutboxSettings.LeastRetention)
        {
            wrong.Add($"Retention is {_outbox.Retention}, shorter than {OutboxSettings.LeastRetention}: an event whose process died would come again too " +
                "late for its messages. Make it longer than visibility timeout and redelivery together.");
        }

        if (wrong.Count > 0)
        {
            throw new ConfigurationException($"The Redis repository of {TypeCache<TSaga>.ShortName} cannot be: {string.Join(" ", wrong)}");
        }
    }

    public void Register(ISagaRepositoryRegistrationConfigurator<TSaga> services)
    {
        var (settings, connection, selectDatabase) = (Settings, _connection, _selectDatabase);
        var keys = new SagaKeys(typeof(TSaga), _keyPrefix, connection.Key, selectDatabase);
        ThrowIfClash(keys, services);
        services.AddSingleton(keys);
        services.TryAddSingleton<SagaPlaces>();
        services.TryAddSingleton<SagaConnections>();
        services.TryAddSingleton<IConnectionMultiplexerFactory>(provider => provider.GetRequiredService<SagaConnections>());
        services.TryAddSingleton(settings);
        services.TryAddSingleton(provider =>
        {
            var (connections, places) = (provider.GetRequiredService<SagaConnections>(), provider.GetRequiredService<SagaPlaces>());
            IConnectionMultiplexer? seen = null;
            return new SagaStore<TSaga>(settings, async () =>
            {
                var multiplexer = await connections.GetAsync(connection);
                var database = selectDatabase(multiplexer);
                if (seen != multiplexer)
                {
                    places.Take(keys, database);
                    seen = multiplexer;
                }

                return database;
            });
        });
        services.TryAddSingleton(provider => new SagaOutboxes<TSaga>(settings.Outbox, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddSingleton(new ScopedContexts(services));
        services.RegisterLoadSagaRepository<TSaga, RedisSagaRepositoryContextFactory<TSaga>>();
        services.RegisterSagaRepository<TSaga, SagaSession<TSaga>, SagaConsumeContextFactory<SagaSession<TSaga>, TSaga>,
            RedisSagaRepositoryContextFactory<TSaga>>();
    }

    /// <summary>Two types under the same prefix in one place, with correlation ids that meet, would overwrite each other.</summary>
    private static void ThrowIfClash(SagaKeys keys, IServiceCollection services)
    {
        foreach (var other in services.Select(x => x.IsKeyedService ? null : x.ImplementationInstance).OfType<SagaKeys>())
        {
            if (keys.Clash(other))
            {
                throw keys.Refusal(other);
            }
        }
    }
}
