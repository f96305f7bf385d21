using CloudIa.Processor.Llm.Circuits;
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
/// <remarks>One a provider. What the breaker finds out is told to the other processes: see <see cref="Circuit"/>.</remarks>
internal static class ProviderPipeline
{
    /// <param name="breaker">Of <see cref="CreateBreaker"/>.</param>
    public static ResiliencePipeline<ModelStream> Create(LlmProviderOptions options, ResiliencePipeline<ModelStream> breaker, TimeProvider time, Random random, ILoggerFactory loggers)
    {
        var builder = Builder(options, LlmOptions.Section, time, loggers).AddTimeout(new TimeoutStrategyOptions { Name = "Deadline", Timeout = options.TotalTimeout });
        if (options.MaxRetries > 0)
        {
            builder.AddRetry(Retry(options, random));
        }

        return builder
            .AddPipeline(breaker)
            .AddTimeout(new TimeoutStrategyOptions { Name = "FirstToken", Timeout = options.FirstTokenTimeout })
            .Build();
    }

    /// <summary>By itself, so that a failure in mid-answer, which the pipeline does not surround any more, can be counted, too.</summary>
    public static ResiliencePipeline<ModelStream> CreateBreaker(LlmProviderOptions options, Circuit circuit, TimeProvider time, ILoggerFactory loggers) =>
        Builder(options, "Circuit", time, loggers).AddCircuitBreaker(Breaker(options, circuit)).Build();

    private static ResiliencePipelineBuilder<ModelStream> Builder(LlmProviderOptions options, string instance, TimeProvider time, ILoggerFactory loggers)
    {
        var builder = new ResiliencePipelineBuilder<ModelStream>
        {
            Name = options.DisplayName,
            InstanceName = instance,
            TimeProvider = time,
        };
        return builder.ConfigureTelemetry(new TelemetryOptions
        {
            LoggerFactory = loggers,
            ResultFormatter = static (_, _) => nameof(ModelStream),
        });
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

    private static CircuitBreakerStrategyOptions<ModelStream> Breaker(LlmProviderOptions options, Circuit circuit) => new()
    {
        FailureRatio = options.BreakerFailureRatio,
        MinimumThroughput = options.BreakerMinimumTries,
        SamplingDuration = options.BreakerWindow,
        BreakDuration = options.BreakerPause,
        ManualControl = circuit.Breaker,
        OnOpened = arguments =>
        {
            circuit.Opened(arguments.BreakDuration);
            return default;
        },
        OnClosed = arguments =>
        {
            circuit.Closed(arguments.IsManual);
            return default;
        },

        // A refusal is an answer, and a cancelled call is nobody's fault.
        ShouldHandle = static arguments =>
            ValueTask.FromResult(arguments.Outcome.Exception is ModelUnavailableException or TimeoutRejectedException),
    };
}
