using CloudIa.Api.Limits;
using CloudIa.Api.Me;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Jobs;

internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api)
    {
        api.MapGet("/chat/jobs/{jobId:guid}", GetAsync)
            .WithName("GetJob")
            .WithTags("Jobs")
            .WithSummary("How far a job is: state, times, attempt, usage, error. With Prefer: wait=N it is answered when the job has ended, or after N seconds (50 at most); the answer is in it.")
            .Produces<JobStatus>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        api.MapPost("/chat/jobs/{jobId:guid}/cancel", CancelAsync)
            .WithName("CancelJob")
            .WithTags("Jobs")
            .WithSummary("Stop a job that waits for its turn or its answer; what was said until then is kept as partial. A job that has ended stays as it is.")
            .Produces<JobStatus>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status502BadGateway)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        api.MapPost("/chat/jobs/{jobId:guid}/retry", RetryAsync)
            .WithName("RetryJob")
            .WithTags("Jobs")
            .WithLimits()
            .NotWhileDeleting()
            .WithSummary("Try a job again that failed, expired or was cancelled: a new attempt, which goes on from what was done. A job that is under way stays as it is.")
            .Produces<JobStatus>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> GetAsync(Guid jobId, HttpContext http, JobStatusReader reader, JobWait wait, CancellationToken cancellationToken)
    {
        var preferred = PreferWait.Of(http.Request);
        if (preferred == TimeSpan.Zero)
            return await reader.GetAsync(http.User.UserId(), jobId, cancellationToken) is { } now ? TypedResults.Ok(now) : ApiProblems.JobNotFound(jobId);

        if (await wait.ForEndAsync(http.User.UserId(), jobId, preferred, cancellationToken) is not { } status)
            return ApiProblems.JobNotFound(jobId);

        PreferWait.Confirm(http.Response, preferred);
        return TypedResults.Ok(status);
    }

    private static async Task<IResult> CancelAsync(
        Guid jobId, HttpContext http, IJobStore jobs, JobControl control, JobStatusReader reader, CancellationToken cancellationToken)
    {
        if (await jobs.GetOwnAsync(http, jobId, cancellationToken) is not { } job)
            return ApiProblems.JobNotFound(jobId);

        await control.CancelAsync(job);
        return await StatusAsync(job, reader, cancellationToken);
    }

    private static async Task<IResult> RetryAsync(
        Guid jobId, HttpContext http, IJobStore jobs, IChatStore chats, JobControl control, JobStatusReader reader, CancellationToken cancellationToken)
    {
        // Of a chat that is being deleted none begins anew.
        if (await jobs.GetOwnAsync(http, jobId, cancellationToken) is not { } job || await chats.GetAsync(job.UserId, job.ChatId, cancellationToken) is null)
            return ApiProblems.JobNotFound(jobId);

        return await control.RetryAsync(job, http.User.Tier(), cancellationToken) switch
        {
            RetryResult.UnderWay => await StatusAsync(job, reader, cancellationToken),
            RetryResult.Completed => ApiProblems.JobCompleted(jobId),
            RetryResult.Limited limited => LimitProblems.Of(limited.Limit),
            var other => throw new InvalidOperationException($"Unknown result {other.GetType().Name}."),
        };
    }

    private static async Task<IResult> StatusAsync(JobRecord job, JobStatusReader reader, CancellationToken cancellationToken) =>
        TypedResults.Accepted(JobLinks.Job(job.JobId), await reader.GetAsync(job.UserId, job.JobId, cancellationToken));
}
