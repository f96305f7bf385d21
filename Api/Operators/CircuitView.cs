using System.ComponentModel;
using CloudIa.ServiceDefaults.Circuits;

namespace CloudIa.Api.Operators;

/// <summary>Whether a provider of models is asked.</summary>
public sealed record CircuitView
{
    [Description("As the configuration names it.")]
    public required string Provider { get; init; }

    [Description("'closed': it is asked; 'open': it failed too often, and is left alone for a while; 'isolated': an operator took it out.")]
    public required string State { get; init; }

    [Description("Since when it is not asked; null where it is closed.")]
    public required DateTimeOffset? Since { get; init; }

    [Description("When an open one is tried again; null else.")]
    public required DateTimeOffset? Until { get; init; }

    internal static CircuitView From(ProviderCircuit circuit) => new()
    {
        Provider = circuit.Provider,
        State = circuit.State switch
        {
            ProviderCircuitState.Open => "open",
            ProviderCircuitState.Isolated => "isolated",
            _ => "closed",
        },
        Since = circuit.Since,
        Until = circuit.Until,
    };
}
