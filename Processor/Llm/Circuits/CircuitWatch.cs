using CloudIa.ServiceDefaults.Circuits;

namespace CloudIa.Processor.Llm.Circuits;

/// <summary>Keeps the board up to date: what is announced counts at once, and what was missed is read every two seconds.</summary>
/// <param name="models">Whose providers are on the board. Made when the host has started, and what is wrong with the settings was said.</param>
/// <param name="shared">Null: nothing is shared.</param>
internal sealed partial class CircuitWatch(Func<ModelCatalog> models, CircuitBoard board, ISharedCircuits? shared, TimeProvider time, ILogger<CircuitWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private bool _isSubscribed;
    private bool _isAway;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (shared is null)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await LookAsync(shared, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task LookAsync(ISharedCircuits circuits, CancellationToken cancellationToken)
    {
        try
        {
            if (!_isSubscribed)
            {
                await circuits.IntroduceAsync([.. models().Providers], cancellationToken);
                await circuits.SubscribeAsync(changed => _ = HearAsync(changed), cancellationToken);
                _isSubscribed = true;
            }

            await board.ReadAsync(await circuits.ReadAsync(cancellationToken));
            _isAway = false;
        }
#pragma warning disable CA1031 // Whatever it is, the next round may do better; meanwhile each process goes by what it sees itself.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!_isAway)
            {
                Log.Away(logger, exception.GetType().Name);
            }

            _isAway = true;
        }
    }

    private async Task HearAsync(ProviderCircuit changed)
    {
        Log.Heard(logger, changed.Provider, changed.State);
        try
        {
            await board.HearAsync(changed);
        }
#pragma warning disable CA1031 // Nobody awaits this. What was not heard is read within two seconds.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Log.Away(logger, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3404, LogLevel.Warning, "What other processes know of the providers cannot be read ({Exception}): this one goes by what it sees itself.")]
        public static partial void Away(ILogger logger, string exception);

        [LoggerMessage(3405, LogLevel.Information, "The circuit of {Provider} is {State} for all processes.")]
        public static partial void Heard(ILogger logger, string provider, ProviderCircuitState state);
    }
}
