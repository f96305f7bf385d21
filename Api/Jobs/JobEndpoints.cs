using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;

namespace CloudIa.Api.Jobs;

internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder api) => api.MapGet("/chat/jobs/{jobId:guid}", GetAsync)
        .WithName("GetJob")
        .WithTags("Jobs")
        .WithSummary("How far a job is: state, times, attempt, usage, error.")
        .Produces<JobStatus>()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> GetAsync(Guid jobId, HttpContext http, JobStatusReader reader, CancellationToken cancellationToken) =>
        await reader.GetAsync(http.User.UserId(), jobId, cancellationToken) is { } status ? TypedResults.Ok(status) : ApiProblems.JobNotFound(jobId);
}
