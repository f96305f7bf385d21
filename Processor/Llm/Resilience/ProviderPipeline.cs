using CloudIa.Processor.Llm.Configuration;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Telemetry;
using Polly.Timeout;

namespace CloudIa.Processor.Llm.Resilience;

/// <summary>
/// The innermost ring: what surrounds a call until its first token. Outside in: a deadline for all, retries, the circuit breaker
/// (so that each try counts), a timeout for one try.
/// </summary>
/// <remarks>One a provider. A breaker whose state all replicas share would come in place of the one here.</remarks>
internal static class ProviderPipeline
{
    public static ResiliencePipeline<ModelStream> Create(LlmProviderOptions options, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        var builder = new ResiliencePipelineBuilder<ModelStream>
        {
            Name = options.DisplayName,
            InstanceName = LlmOptions.Section,
            TimeProvider = time,
        };

        builder.AddTimeout(new TimeoutStrategyOptions { Name = "Deadline", Timeout = options.TotalTimeout });
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(Retry(options, random));
        }

        return builder
            .AddCircuitBreaker(Breaker(options))
            .AddTimeout(new TimeoutStrategyOptions { Name = "FirstToken", Timeout = options.FirstTokenTimeout })
            .ConfigureTelemetry(new TelemetryOptions
            {
                LoggerFactory = loggers,
                ResultFormatter = static (_, _) => nameof(ModelStream),
            })
            .Build();
    }

    private static RetryStrategyOptions<ModelStream> Retry(LlmProviderOptions options, Random random) => new()
    {
        MaxRetryAttempts = options.MaxRetries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.RetryDelay,
        MaxDelay = options.MaxRetryDelay,
        Randomizer = random.NextDouble,
        ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception switch
        {
            ModelUnavailableException failure => failure.RetryAfter is not { } asked || asked <= options.MaxRetryDelay,
            TimeoutRejectedException => true,
            _ => false,
        }),
        DelayGenerator = static arguments =>
            ValueTask.FromResult((arguments.Outcome.Exception as ModelUnavailableException)?.RetryAfter),
    };

    private static CircuitBreakerStrategyOptions<ModelStream> Breaker(LlmProviderOptions options) => new()
    {
        FailureRatio = options.BreakerFailureRatio,
        MinimumThroughput = options.BreakerMinimumTries,
        SamplingDuration = options.BreakerWindow,
        BreakDuration = options.BreakerPause,

        // A refusal is an answer, and a cancelled call is nobody's fault.
        ShouldHandle = static arguments =>
            ValueTask.FromResult(arguments.Outcome.Exception is ModelUnavailableException or TimeoutRejectedException),
    };
}
