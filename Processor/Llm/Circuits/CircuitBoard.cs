using System.Collections.Concurrent;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.ServiceDefaults.Circuits;

namespace CloudIa.Processor.Llm.Circuits;

/// <summary>The circuits of this process's providers.</summary>
/// <param name="shared">Null: nothing is shared.</param>
internal sealed class CircuitBoard(ISharedCircuits? shared, TimeProvider time, ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Circuit> All => [.. _circuits.Values];

    public Circuit Of(LlmProviderOptions provider) => _circuits.GetOrAdd(
        provider.DisplayName, name => new Circuit(name, provider.BreakerPause, provider.TotalTimeout, shared, time, loggers.CreateLogger<Circuit>()));

    /// <summary>Somebody has changed a circuit; perhaps of a provider that is not here.</summary>
    public Task HearAsync(ProviderCircuit changed) => _circuits.TryGetValue(changed.Provider, out var circuit) ? circuit.HearAsync(changed) : Task.CompletedTask;

    /// <summary>All that is not closed in Redis.</summary>
    public async Task ReadAsync(IReadOnlyList<ProviderCircuit> read)
    {
        foreach (var circuit in _circuits.Values)
        {
            await circuit.ReadAsync(read.FirstOrDefault(x => x.Provider == circuit.Provider));
        }
    }
}
