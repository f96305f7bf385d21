using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Sweeping;
using MassTransit;

namespace CloudIa.Sagas;

public static class SagaReads
{
    /// <returns>Null where there is none, or what is there is no saga: the sweeper puts that aside, and the job's row says what can be said until then.</returns>
    public static async Task<ChatJobSaga?> FindAsync(this ILoadSagaRepository<ChatJobSaga> sagas, Guid jobId)
    {
        ArgumentNullException.ThrowIfNull(sagas);
        try
        {
            return await sagas.Load(jobId);
        }
        catch (SagaException exception) when (exception.IsCorrupt())
        {
            return null;
        }
    }
}
