using CloudIa.Store;

namespace CloudIa.Listening;

/// <summary>Which jobs a user may listen to: the own ones. Another's and none at all look the same.</summary>
public sealed class JobAccess(IJobStore jobs)
{
    public async Task<JobRecord?> FindAsync(string userId, Guid jobId, CancellationToken cancellationToken) =>
        await jobs.GetAsync(jobId, cancellationToken) is { } job && string.Equals(job.UserId, userId, StringComparison.Ordinal) ? job : null;

    public static string NotFound(Guid jobId) =>
        $"Job {jobId} was not found among your jobs. Take the jobId from the answer to POST /chat, and listen as the user who sent it.";
}
