using CloudIa.Store;

namespace CloudIa.Sagas;

public static class ErasureReads
{
    /// <summary>Whether a job's chat, or all of its user, is being deleted: then it is not begun anew. What was deleted has no words any more.</summary>
    public static async Task<bool> IsBeingErasedAsync(this IErasureStore erasures, JobRecord job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(erasures);
        ArgumentNullException.ThrowIfNull(job);
        return await erasures.GetAsync(job.UserId, chatId: null, cancellationToken) is { CompletedAt: null }
            || await erasures.GetAsync(job.UserId, job.ChatId, cancellationToken) is { CompletedAt: null };
    }
}
