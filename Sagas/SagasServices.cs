using CloudIa.Sagas.ChatJob;
using MassTransit;
using StackExchange.Redis;

namespace CloudIa.Sagas;

/// <summary>The coordinator: the ChatJob saga in Redis.</summary>
public static class SagasServices
{
    /// <summary>Before the saga's key in Redis.</summary>
    public const string KeyPrefix = "chat-job";

    /// <summary>How long a saga is kept after its last event. Its outcome is in DynamoDB for good.</summary>
    private static readonly TimeSpan Expiry = TimeSpan.FromDays(1);

    public static void AddSagas(IBusRegistrationConfigurator bus) =>
        bus.AddSagaStateMachine<ChatJobStateMachine, ChatJobSaga, ChatJobSagaDefinition>().RedisRepository(Configure);

    /// <summary>Lets a service that runs no saga read the sagas' state (<see cref="ILoadSagaRepository{TSaga}"/>).</summary>
    public static void AddReader(IBusRegistrationConfigurator bus)
    {
        var saga = bus.AddSagaStateMachine<ChatJobStateMachine, ChatJobSaga>();
        saga.RedisRepository(Configure);
        saga.ExcludeFromConfigureEndpoints();
    }

    private static void Configure(IRedisSagaRepositoryConfigurator<ChatJobSaga> redis)
    {
        redis.ConnectionFactory(provider => provider.GetRequiredService<IConnectionMultiplexer>());
        redis.KeyPrefix = KeyPrefix;
        redis.Expiry = Expiry;
        redis.UseChatJobOutbox();
    }
}
