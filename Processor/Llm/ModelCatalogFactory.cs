using CloudIa.Processor.Context;
using CloudIa.Processor.Llm.Anthropic;
using CloudIa.Processor.Llm.Circuits;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Processor.Llm.Echo;
using CloudIa.Processor.Llm.Keys;
using CloudIa.Processor.Llm.OpenAi;
using CloudIa.Processor.Llm.Resilience;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Llm;

/// <summary>Makes the models that are configured.</summary>
internal sealed class ModelCatalogFactory(IOptions<LlmOptions> options, ApiKeys keys, CircuitBoard circuits, TimeProvider time, Random random, ILoggerFactory loggers)
{
    public ModelCatalog Create()
    {
        var providers = options.Value.Providers is { Count: > 0 } configured ? configured : [new LlmProviderOptions()];
        return new ModelCatalog([.. providers.SelectMany(CreateModels)]);
    }

    /// <summary>Outside in: limiter, circuit, pipeline; telemetry, of each try; our words for its failures; the vendor's SDK.</summary>
    private IEnumerable<ModelChoice> CreateModels(LlmProviderOptions provider)
    {
        var failures = new ProviderFailures(provider.DisplayName);
        var circuit = circuits.Of(provider);
        var breaker = ProviderPipeline.CreateBreaker(provider, circuit, time, loggers);
        var line = new ProviderLine(
            failures,
            circuit,
            breaker,
            ProviderPipeline.Create(provider, breaker, time, random, loggers),
            new CallLimiter(provider.MaxConcurrentCalls, provider.QueueTimeout, failures, time),
            provider.BetweenTokensTimeout);
        var create = ClientsOf(provider);
        return provider.AllModels.Select(model => new ModelChoice(
            provider.DisplayName, model, new ResilientChatClient(Observed(new TranslatingChatClient(create(provider.TheirName(model)), failures)), line, time),
            circuit, provider.QueueTimeout + provider.TotalTimeout, TokenWindow.Of(provider, provider.TheirName(model))));
    }

    /// <summary>Never what was asked or answered, whatever the environment says.</summary>
    private IChatClient Observed(IChatClient client) => client.AsBuilder()
        .UseOpenTelemetry(loggers, ModelTelemetry.SourceName, telemetry => telemetry.EnableSensitiveData = false)
        .Build();

    private Func<string, IChatClient> ClientsOf(LlmProviderOptions provider) => provider.Type switch
    {
        LlmProviderTypes.Echo => model => new EchoChatClient(model, provider.WordDelay, time),
        LlmProviderTypes.OpenAi => OpenAiClients.Create(provider, keys.Of(provider), time),
        LlmProviderTypes.Anthropic => AnthropicClients.Create(provider, keys.Of(provider), time),
        _ => throw new InvalidOperationException($"Llm:Providers has the type '{provider.Type}', which validation should have refused."),
    };
}
