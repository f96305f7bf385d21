using CloudIa.Processor.Llm.Configuration;
using CloudIa.Processor.Llm.Echo;
using CloudIa.Processor.Llm.OpenAi;
using CloudIa.Processor.Llm.Resilience;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Llm;

/// <summary>Makes the models that are configured.</summary>
internal sealed class ModelCatalogFactory(IOptions<LlmOptions> options, TimeProvider time, Random random, ILoggerFactory loggers)
{
    public ModelCatalog Create()
    {
        var providers = options.Value.Providers is { Count: > 0 } configured ? configured : [new LlmProviderOptions()];
        return new ModelCatalog([.. providers.SelectMany(CreateModels)]);
    }

    /// <summary>One pipeline a provider: its models fail together, and share what is known of that.</summary>
    private IEnumerable<ModelChoice> CreateModels(LlmProviderOptions provider)
    {
        var pipeline = ProviderPipeline.Create(provider, time, random, loggers);
        var create = ClientsOf(provider);
        return provider.AllModels.Select(model => new ModelChoice(provider.DisplayName, model,
            new ResilientChatClient(create(model), pipeline, new ProviderFailures(provider.DisplayName, time), provider.BetweenTokensTimeout, time)));
    }

    private Func<string, IChatClient> ClientsOf(LlmProviderOptions provider) => provider.Type switch
    {
        LlmProviderTypes.Echo => model => new EchoChatClient(model, provider.WordDelay, time),
        LlmProviderTypes.OpenAi => OpenAiClients.Create(provider),
        _ => throw new InvalidOperationException($"Llm:Providers has the type '{provider.Type}', which validation should have refused."),
    };
}
