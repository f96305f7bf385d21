using CloudIa.Api.Jobs;
using CloudIa.Api.Limits;
using CloudIa.Api.Problems;
using CloudIa.Listening;
using CloudIa.Store;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace CloudIa.Api.Events;

/// <summary>One job's events as server-sent events.</summary>
internal static class EventStreamEndpoint
{
    private const string LastEventId = "Last-Event-ID";
    private const string After = "after";

    public static void MapEventStream(this IEndpointRouteBuilder api) => api.MapGet("/chat/jobs/{jobId:guid}/events", FollowAsync)
        .WithName("FollowJob")
        .WithTags("Jobs")
        .WithSummary("The job's numbered events as they come (server-sent events), from the first or after the one that Last-Event-ID or ?after= names. 204: nothing remains.")
        .Produces(StatusCodes.Status200OK, contentType: EventStream.ContentType)
        .Produces(StatusCodes.Status204NoContent)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> FollowAsync(Guid jobId, [FromQuery(Name = After)] string? after, [FromHeader(Name = LastEventId)] string? lastEventId,
        HttpContext http, IJobStore jobs, JobStream stream, EventStreamPlaces places, IOptions<ListeningOptions> options, IHostApplicationLifetime lifetime, TimeProvider time,
        ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        // A browser that comes back by itself has its old address, and says in the header how far it came.
        var (name, id) = string.IsNullOrEmpty(lastEventId) ? (After, after) : (LastEventId, lastEventId);
        if (!EventPosition.TryParse(id, out var position))
            return ApiProblems.Invalid(new() { [name] = [EventPosition.Rule] });

        if (await jobs.GetOwnAsync(http, jobId, cancellationToken) is not { } job)
            return ApiProblems.JobNotFound(jobId);

        if (position.HasEndOf(job) || !await stream.HasMoreAsync(job, position.Seq, cancellationToken))
            return TypedResults.NoContent();

        var user = http.User.Limited();
        if (await places.TryTakeAsync(user, cancellationToken) is not { } place)
        {
            var refused = places.Refusal(user);
            LimitHeaders.Write(http, refused);
            return LimitProblems.Of(refused.Refusal!);
        }

        return new PlacedResult(place, new EventStream(
            job.JobId, token => stream.ReadAsync(job, position.Seq, token).Select(EventStream.Format), options.Value, time, loggers.CreateLogger<EventStream>(), lifetime.ApplicationStopping));
    }
}
