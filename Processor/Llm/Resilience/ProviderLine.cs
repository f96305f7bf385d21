using CloudIa.Processor.Llm.Circuits;
using Polly;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>What all models of a provider share, each made once: they fail together, and what is known of that is for all.</summary>
internal sealed record ProviderLine(
    ProviderFailures Failures,
    Circuit Circuit,
    ResiliencePipeline<ModelStream> Breaker,
    ResiliencePipeline<ModelStream> Pipeline,
    CallLimiter Limiter,
    TimeSpan BetweenTokens)
{
    /// <summary>Has the breaker count a failure in mid-answer: its call counted as answered when the first token came.</summary>
    public async ValueTask CountAsync(ModelUnavailableException failure)
    {
        var context = ResilienceContextPool.Shared.Get();
        try
        {
            await Breaker.ExecuteOutcomeAsync(static (_, failure) => ValueTask.FromResult(Outcome.FromException<ModelStream>(failure)), context, failure);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
