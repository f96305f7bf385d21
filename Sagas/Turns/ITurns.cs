using CloudIa.Sagas.ChatJob;

namespace CloudIa.Sagas.Turns;

/// <summary>Whose turn it is in a chat: each job waits for the one that was accepted just before it.</summary>
public interface ITurns
{
    /// <summary>Whether the job that this one waits for has ended. Where it has not, this job is told when it does.</summary>
    Task<bool> IsFreeAsync(ChatJobSaga saga, CancellationToken cancellationToken);

    /// <summary>The jobs that are to be told that this one has ended.</summary>
    Task<IReadOnlyList<Guid>> WaitingForAsync(Guid jobId, CancellationToken cancellationToken);
}
