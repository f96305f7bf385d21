using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Jobs;

internal static class OwnJobs
{
    /// <returns>Null where the job is not there, or not the caller's.</returns>
    public static async Task<JobRecord?> GetOwnAsync(this IJobStore jobs, HttpContext http, Guid jobId, CancellationToken cancellationToken) =>
        await jobs.GetAsync(jobId, cancellationToken) is { } job && job.UserId == http.User.UserId() ? job : null;
}
