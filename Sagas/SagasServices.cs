using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.DeadLetters;
using CloudIa.Sagas.Deadlines;
using CloudIa.Sagas.Erasing;
using CloudIa.Sagas.Leases;
using CloudIa.Sagas.Operations;
using CloudIa.Sagas.Sweeping;
using CloudIa.Sagas.Turns;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Sagas;

/// <summary>The coordinator: the ChatJob saga in Redis, the sweeper, the collector of dead letters, the eraser, operators' operations.</summary>
public static class SagasServices
{
    /// <summary>Before the saga's key in Redis.</summary>
    public const string KeyPrefix = "chat-job";

    /// <summary>How long a saga is kept after its last event. Its outcome is in DynamoDB for good.</summary>
    private static readonly TimeSpan Expiry = TimeSpan.FromDays(1);

    /// <summary>Adds the sweeper, the collector of dead letters, the eraser and operators' operations, from the sections <c>Sweeper</c>, <c>Erasure</c> and <c>Operations</c>. Event log and store are not among it.</summary>
    public static TBuilder AddSagas<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddSettings<SweeperOptions>(SweeperOptions.Section);
        services.AddSingleton<IValidateOptions<SweeperOptions>, SweeperTimings>();
        services.AddSingleton<CorruptSagas>();
        services.AddSingleton<SweepLease>();
        services.AddSingleton<Sweep>();
        services.AddSingleton<DeadLetterCollector>();
        services.AddOperationWorks();
        services.AddSettings<OperationOptions>(OperationOptions.Section);
        services.AddSingleton<OperationLease>();
        services.AddSingleton<OperationRun>();
        services.AddSettings<ErasureOptions>(ErasureOptions.Section);
        services.AddSingleton<ErasureLease>();
        services.AddSingleton<Eraser>();
        services.AddSingleton<ErasureRound>();
        services.AddHostedService<JobSweeper>();
        services.AddHostedService<ErasureWorker>();
        services.AddHostedService<OperationWorker>();
        services.AddHostedService<RedrivePolicies>();
        return builder;
    }

    public static void AddSagas(IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        AddMachine(bus);
        bus.AddSagaStateMachine<ChatJobStateMachine, ChatJobSaga, ChatJobSagaDefinition>().RedisRepository(Configure);
    }

    /// <summary>Adds the endpoints of the collector of dead letters.</summary>
    public static void AddEndpoints(IBusRegistrationContext context, IBusFactoryConfigurator bus) => DeadLetterEndpoints.Configure(context, bus);

    /// <summary>Lets a service that runs no saga read the sagas' state (<see cref="ILoadSagaRepository{TSaga}"/>).</summary>
    public static void AddReader(IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        AddMachine(bus);
        var saga = bus.AddSagaStateMachine<ChatJobStateMachine, ChatJobSaga>();
        saga.RedisRepository(Configure);
        saga.ExcludeFromConfigureEndpoints();
    }

    /// <summary>What the state machine is made with.</summary>
    private static void AddMachine(IServiceCollection services)
    {
        services.AddJobOptions();
        services.TryAddSingleton<IDeadlineIndex, RedisDeadlineIndex>();
        services.TryAddSingleton<ITurns, ChatTurns>();
    }

    private static void Configure(IRedisSagaRepositoryConfigurator<ChatJobSaga> redis)
    {
        redis.ConnectionFactory(provider => provider.GetRequiredService<IConnectionMultiplexer>());
        redis.KeyPrefix = KeyPrefix;
        redis.Expiry = Expiry;
        redis.UseChatJobOutbox();
    }
}
