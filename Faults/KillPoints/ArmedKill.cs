using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.KillPoints;

/// <summary>A kill point that waits for its operation, once.</summary>
internal sealed class ArmedKill(KillPoint point, int skip)
{
    private readonly TaskCompletionSource _hit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = skip;

    /// <summary>Completes when the service has died here.</summary>
    public Task Hit => _hit.Task;

    public bool Trips(Operation operation, Moment moment) =>
        moment == point.Moment && point.Operation.Matches(operation) && Interlocked.Decrement(ref _left) < 0 && _hit.TrySetResult();
}
