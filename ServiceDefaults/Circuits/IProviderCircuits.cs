namespace CloudIa.ServiceDefaults.Circuits;

/// <summary>The circuits of all providers, for operators: what is changed here all processes follow within a second or so, also those that start later.</summary>
public interface IProviderCircuits
{
    /// <summary>Of every provider that a Processor was ever configured for, by name.</summary>
    Task<IReadOnlyList<ProviderCircuit>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Takes a provider out until <see cref="CloseAsync"/>: it is not asked any more. Answers that it is writing go on. One that is isolated stays so since when it was.</summary>
    Task IsolateAsync(string provider, CancellationToken cancellationToken);

    /// <summary>Has a provider asked again at once, whatever is known of it.</summary>
    Task CloseAsync(string provider, CancellationToken cancellationToken);
}
