using CloudIa.EventLog;
using CloudIa.Limits;
using CloudIa.Processor.Configuration;
using CloudIa.Processor.Context;
using CloudIa.Processor.Invoking;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Circuits;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Processor.Llm.Keys;
using CloudIa.Processor.Persisting;
using CloudIa.Processor.Receiving;
using CloudIa.Processor.Usage;
using CloudIa.Processor.Usage.Configuration;
using CloudIa.ServiceDefaults.Circuits;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Processor;

/// <summary>The processor: records turns, has models answer them, stores the answers.</summary>
public static class ProcessorServices
{
    /// <summary>Adds the models and what the consumers need, from the sections <c>Llm</c> and <c>Processor</c>. Event log and store are not among it.</summary>
    public static TBuilder AddProcessor<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddOptions<LlmOptions>().Bind(builder.Configuration.GetSection(LlmOptions.Section)).ValidateOnStart();
        services.AddOptions<ProcessorOptions>().Bind(builder.Configuration.GetSection(ProcessorOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LlmOptions>, LlmOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProcessorOptions>, ProcessorOptionsValidator>());
        services.AddOptions<PriceOptions>().Bind(builder.Configuration.GetSection(LlmOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<PriceOptions>, PriceOptionsValidator>());
        services.AddLimits();
        services.AddJobOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ProcessorOptions>, ProcessorTimings>());

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(Random.Shared);
        services.AddProviderCircuits();
        services.TryAddSingleton<IParameterStore, AwsParameterStore>();
        services.TryAddSingleton<ApiKeys>();
        services.TryAddSingleton(provider => new CircuitBoard(Shared(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService(provider => new CircuitWatch(
            provider.GetRequiredService<ModelCatalog>, provider.GetRequiredService<CircuitBoard>(), Shared(provider),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<CircuitWatch>>()));
        services.TryAddSingleton<ModelCatalogFactory>();
        services.TryAddSingleton(provider => provider.GetRequiredService<ModelCatalogFactory>().Create());
        services.TryAddSingleton(ContextCache);
        services.TryAddSingleton<ChatHistory>();
        services.TryAddSingleton<CountedTokens>();
        services.TryAddSingleton<ConversationBuilder>();
        services.TryAddSingleton<PriceList>();
        services.AddMetrics();
        services.TryAddSingleton<ProcessorMetrics>();
        services.TryAddSingleton<BrokenRuns>();
        services.TryAddSingleton<AttemptEnds>();
        services.TryAddSingleton<AnswerWriter>();
        services.TryAddSingleton<ModelRuns>();
        services.TryAddSingleton<Postponement>();
        return builder;
    }

    /// <summary>Adds the consumers of <c>receive-message</c>, <c>invoke-llm</c> and <c>persist-message</c>.</summary>
    public static void AddConsumers(IBusRegistrationConfigurator bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddConsumer<ReceiveMessageConsumer, ReceiveMessageConsumerDefinition>();
        bus.AddConsumer<InvokeLlmConsumer, InvokeLlmConsumerDefinition>();
        bus.AddConsumer<PersistMessageConsumer, PersistMessageConsumerDefinition>();
    }

    private static IContextCache ContextCache(IServiceProvider provider)
    {
        var timeToLive = provider.GetRequiredService<IOptions<LlmOptions>>().Value.ContextTimeToLive;
        return timeToLive > TimeSpan.Zero && provider.GetService<IConnectionMultiplexer>() is { } redis
            ? new RedisContextCache(redis, provider.GetRequiredService<IOptions<EventLogOptions>>().Value.KeyPrefix, timeToLive, provider.GetRequiredService<ILogger<RedisContextCache>>())
            : new NoContextCache();
    }

    /// <summary>A host without Redis (a test) shares nothing.</summary>
    private static ISharedCircuits? Shared(IServiceProvider provider) =>
        provider.GetService<IConnectionMultiplexer>() is null ? null : provider.GetRequiredService<ISharedCircuits>();
}
