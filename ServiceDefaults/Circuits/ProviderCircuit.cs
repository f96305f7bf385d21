namespace CloudIa.ServiceDefaults.Circuits;

/// <summary>Whether a provider of models is asked, as all processes see it.</summary>
/// <param name="Provider">As the configuration names it.</param>
/// <param name="Until">When an open one is tried again; null where it is not open.</param>
/// <param name="Since">Since when; null where it is closed.</param>
public sealed record ProviderCircuit(string Provider, ProviderCircuitState State, DateTimeOffset? Until = null, DateTimeOffset? Since = null);

public enum ProviderCircuitState
{
    /// <summary>It is asked.</summary>
    Closed,

    /// <summary>It failed too often, and is left alone until a time; after that one call of one process tries it.</summary>
    Open,

    /// <summary>An operator took it out, until an operator closes it.</summary>
    Isolated,
}
