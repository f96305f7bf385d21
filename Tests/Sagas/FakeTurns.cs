using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Turns;

namespace CloudIa.Tests.Sagas;

internal sealed class FakeTurns : ITurns
{
    /// <summary>Whether the job before has ended.</summary>
    public bool Free { get; set; } = true;

    public IReadOnlyList<Guid> Waiting { get; set; } = [];

    public Task<bool> IsFreeAsync(ChatJobSaga saga, CancellationToken cancellationToken) => Task.FromResult(saga.AfterJobId is null || Free);

    public Task<IReadOnlyList<Guid>> WaitingForAsync(Guid jobId, CancellationToken cancellationToken) => Task.FromResult(Waiting);
}
