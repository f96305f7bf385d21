namespace CloudIa.ServiceDefaults.Circuits;

/// <summary>What processes tell each other of their providers. Each call is one to Redis, and fails where that is away.</summary>
public interface ISharedCircuits
{
    /// <summary>Those that are not closed.</summary>
    Task<IReadOnlyList<ProviderCircuit>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Has all processes leave a provider alone. One that is isolated stays so, and one that is open for longer, too.</summary>
    /// <param name="pause">For how long.</param>
    Task OpenAsync(string provider, TimeSpan pause, CancellationToken cancellationToken);

    /// <summary>The provider answered: it is asked again. One that is isolated stays so.</summary>
    Task RecoveredAsync(string provider, CancellationToken cancellationToken);

    /// <summary>Takes the right to be the one who tries a provider whose pause is over. False: another process has it.</summary>
    /// <param name="lease">For how long, if nothing comes of it.</param>
    Task<bool> TryProbeAsync(string provider, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Makes the names of this process's providers known to operators.</summary>
    Task IntroduceAsync(IReadOnlyCollection<string> providers, CancellationToken cancellationToken);

    /// <summary>Calls back when a circuit was changed by anybody. Lost announcements are possible: read now and then.</summary>
    Task SubscribeAsync(Action<ProviderCircuit> onChanged, CancellationToken cancellationToken);
}
