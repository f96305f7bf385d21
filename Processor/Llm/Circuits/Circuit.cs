using CloudIa.ServiceDefaults.Circuits;
using Polly.CircuitBreaker;

namespace CloudIa.Processor.Llm.Circuits;

/// <summary>
/// A provider's circuit: Polly's breaker judges what this process sees, and what all processes know of the provider comes on top, from memory. Redis is asked
/// only for the right to try a provider whose pause is over; where it is away each process goes by what it sees itself.
/// </summary>
/// <param name="pause">How long a provider is left alone that fails a try.</param>
/// <param name="probe">How long such a try may take.</param>
/// <param name="shared">Null: nothing is shared.</param>
internal sealed partial class Circuit(string provider, TimeSpan pause, TimeSpan probe, ISharedCircuits? shared, TimeProvider time, ILogger<Circuit> logger)
{
    /// <summary>How often whoever waits looks again whether an operator has closed it: nobody knows when.</summary>
    private static readonly TimeSpan IsolatedCheck = TimeSpan.FromSeconds(30);

    /// <summary>How long the others wait for what comes of a try.</summary>
    private static readonly TimeSpan ProbeCheck = TimeSpan.FromSeconds(5);

    /// <summary>A reading of Redis may be this much older than the last announcement.</summary>
    private static readonly TimeSpan ReadingLag = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset? _localUntil;
    private ProviderCircuit? _known;
    private DateTimeOffset _knownAt;
    private bool _isInRedis;

    public string Provider => provider;

    /// <summary>By which Polly's breaker is closed when all processes' is.</summary>
    public CircuitBreakerManualControl Breaker { get; } = new();

    /// <summary>How long this provider is left alone for, as far as this process knows; null: it may be asked. Costs nothing.</summary>
    public TimeSpan? Refusal()
    {
        lock (_lock)
        {
            if (_known is { State: ProviderCircuitState.Isolated })
            {
                return IsolatedCheck;
            }

            var now = time.GetUtcNow();
            var until = _known?.Until is { } all && !(all < _localUntil) ? all : _localUntil;
            return until > now ? until - now : null;
        }
    }

    public async ValueTask<CircuitPass> EnterAsync(CancellationToken cancellationToken)
    {
        if (Refusal() is { } wait)
        {
            return new(wait, IsProbe: false);
        }

        if (shared is null || !IsOpenForAll)
        {
            return new(Refused: null, IsProbe: false);
        }

        try
        {
            return await shared.TryProbeAsync(provider, probe, cancellationToken) ? new(null, IsProbe: true) : new(Shorter(pause, ProbeCheck), IsProbe: false);
        }
#pragma warning disable CA1031 // Without Redis this process's own breaker decides.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.NotShared(logger, provider, exception.GetType().Name);
            return new(null, IsProbe: true);
        }
    }

    /// <summary>The provider gave a first token, or a refusal.</summary>
    public void Answered(CircuitPass pass)
    {
        if (pass.IsProbe)
        {
            Know(null);
            Tell(x => x.RecoveredAsync(provider, CancellationToken.None));
        }
    }

    /// <summary>The provider failed, after all retries.</summary>
    public void Failed(CircuitPass pass)
    {
        if (pass.IsProbe)
        {
            Open(pause);
        }
    }

    /// <summary>Polly's breaker has opened: all processes hear of it.</summary>
    public void Opened(TimeSpan breakFor)
    {
        lock (_lock)
        {
            _localUntil = time.GetUtcNow() + breakFor;
        }

        Log.Opened(logger, provider, breakFor.TotalSeconds);
        Open(breakFor);
    }

    /// <summary>Polly's breaker has closed: its one try was answered, or it was told to.</summary>
    public void Closed(bool isManual)
    {
        lock (_lock)
        {
            _localUntil = null;
        }

        Log.Closed(logger, provider);
        if (!isManual)
        {
            Know(null);
            Tell(x => x.RecoveredAsync(provider, CancellationToken.None));
        }
    }

    /// <summary>Another process, or an operator, has changed it; or so has this one.</summary>
    public Task HearAsync(ProviderCircuit changed)
    {
        if (changed.State == ProviderCircuitState.Closed)
        {
            Know(null);
            return Breaker.CloseAsync();
        }

        Know(changed, isInRedis: true);
        return Task.CompletedTask;
    }

    /// <summary>What Redis has; null: it is closed there.</summary>
    public Task ReadAsync(ProviderCircuit? read)
    {
        lock (_lock)
        {
            // What this process has just said, or heard, may not have been in Redis yet when it was read.
            if (read == _known || time.GetUtcNow() - _knownAt < ReadingLag || (read is null && !_isInRedis))
            {
                return Task.CompletedTask;
            }
        }

        return HearAsync(read ?? new ProviderCircuit(provider, ProviderCircuitState.Closed));
    }

    private bool IsOpenForAll
    {
        get
        {
            lock (_lock)
            {
                return _known is { State: ProviderCircuitState.Open };
            }
        }
    }

    private void Open(TimeSpan breakFor)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_known is { State: ProviderCircuitState.Isolated })
            {
                return;
            }
        }

        Know(new ProviderCircuit(provider, ProviderCircuitState.Open, now + breakFor, now));
        Tell(x => x.OpenAsync(provider, breakFor, CancellationToken.None));
    }

    private void Know(ProviderCircuit? circuit, bool isInRedis = false)
    {
        lock (_lock)
        {
            (_known, _knownAt, _isInRedis) = (circuit, time.GetUtcNow(), isInRedis);
        }
    }

    /// <summary>Beside the call, which does not wait for Redis.</summary>
    private void Tell(Func<ISharedCircuits, Task> what)
    {
        if (shared is not null)
        {
            _ = TellAsync(shared, what);
        }
    }

    private async Task TellAsync(ISharedCircuits others, Func<ISharedCircuits, Task> what)
    {
        try
        {
            await what(others);
        }
#pragma warning disable CA1031 // Nobody awaits this; without Redis each process learns it by itself.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.NotShared(logger, provider, exception.GetType().Name);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Warning, "The circuit of {Provider} is open: it failed too often, and is left alone for {Seconds:0.#} s.")]
        public static partial void Opened(ILogger logger, string provider, double seconds);

        [LoggerMessage(3402, LogLevel.Information, "The circuit of {Provider} is closed: it is asked again.")]
        public static partial void Closed(ILogger logger, string provider);

        [LoggerMessage(3403, LogLevel.Warning, "The circuit of {Provider} could not be shared with the other processes ({Exception}): each learns by itself.")]
        public static partial void NotShared(ILogger logger, string provider, string exception);
    }
}
