using MassTransit;

namespace CloudIa.ServiceDefaults.Messaging.Rings;

/// <summary>Another policy, with each message's delay varied at random, so that what failed together does not come back together.</summary>
/// <param name="policy">What is retried, how often, and after which delay.</param>
/// <param name="jitter">By how much of itself a delay may change, up or down: 0 to 0.5.</param>
/// <param name="longest">No delay becomes longer than this.</param>
internal sealed class JitteredRetryPolicy(IRetryPolicy policy, double jitter, TimeSpan longest) : IRetryPolicy
{
    public RetryPolicyContext<T> CreatePolicyContext<T>(T context)
        where T : class, PipeContext => new PolicyContext<T>(policy.CreatePolicyContext(context), this);

    public bool IsHandled(Exception exception) => policy.IsHandled(exception);

    public void Probe(ProbeContext context)
    {
        context.Add("jitter", jitter);
        policy.Probe(context);
    }

    private TimeSpan? Vary(TimeSpan? delay)
    {
#pragma warning disable CA5394 // Nothing is kept secret by it.
        var varied = delay * (1 - jitter + (2 * jitter * Random.Shared.NextDouble()));
#pragma warning restore CA5394
        return varied > longest ? longest : varied;
    }

    private sealed class PolicyContext<T>(RetryPolicyContext<T> context, JitteredRetryPolicy policy) : RetryPolicyContext<T>
        where T : class
    {
        public T Context => context.Context;

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext)
        {
            var can = context.CanRetry(exception, out var inner);
            retryContext = new Retry<T>(inner, policy);
            return can;
        }

        public Task RetryFaulted(Exception exception) => context.RetryFaulted(exception);

        public void Cancel() => context.Cancel();

        public void Dispose() => context.Dispose();
    }

    private sealed class Retry<T>(RetryContext<T> context, JitteredRetryPolicy policy) : RetryContext<T>
        where T : class
    {
        public CancellationToken CancellationToken => context.CancellationToken;

        public Exception Exception => context.Exception;

        public int RetryAttempt => context.RetryAttempt;

        public int RetryCount => context.RetryCount;

        public TimeSpan? Delay => policy.Vary(context.Delay);

        public Type ContextType => context.ContextType;

        public T Context => context.Context;

        public bool CanRetry(Exception exception, out RetryContext<T> retryContext)
        {
            var can = context.CanRetry(exception, out var inner);
            retryContext = new Retry<T>(inner, policy);
            return can;
        }

        public Task RetryFaulted(Exception exception) => context.RetryFaulted(exception);

        public Task PreRetry() => context.PreRetry();
    }
}
