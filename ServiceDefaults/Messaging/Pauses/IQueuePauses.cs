namespace CloudIa.ServiceDefaults.Messaging.Pauses;

/// <summary>Queues that nobody is to receive from, for operators: all consumers follow within some seconds, also those that start later.</summary>
public interface IQueuePauses
{
    /// <summary>The paused queues, each with since when.</summary>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Has nobody receive from a queue until <see cref="ResumeAsync"/>: what was received is worked on, what comes waits. One that is paused stays so since when it was.</summary>
    Task PauseAsync(string queue, CancellationToken cancellationToken);

    Task ResumeAsync(string queue, CancellationToken cancellationToken);
}
