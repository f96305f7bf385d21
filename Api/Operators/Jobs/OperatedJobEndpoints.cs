using System.ComponentModel;
using CloudIa.Api.Chats;
using CloudIa.Api.Jobs;
using CloudIa.Api.Problems;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.Api.Operators.Jobs;

/// <summary>Jobs, as operators see and mend them.</summary>
internal static class OperatedJobEndpoints
{
    public static IServiceCollection AddOperatedJobs(this IServiceCollection services) => services
        .AddSingleton<OperatedJobReader>()
        .AddSingleton(_ => ChatJobDiagram.Read());

    public static void MapOperatedJobs(this IEndpointRouteBuilder ops)
    {
        ops.MapGet("/jobs", ListAsync).RequireReader()
            .WithName("ListOperatedJobs")
            .WithSummary("Jobs by state, or of a user or a chat. A page costs the same however many there are: where few of many fit, it may have fewer than asked for, or none, and a next one.")
            .Produces<PageView<OperatedJob>>()
            .ProducesValidationProblem();

        ops.MapGet("/jobs/{jobId:guid}", GetAsync).RequireReader()
            .WithName("GetOperatedJob")
            .WithSummary("One job: its saga, what happened when, its dead letters and webhooks.")
            .Produces<OperatedJobDetail>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        ops.MapPost("/jobs/{jobId:guid}/cancel", CancelAsync).RequireOperator()
            .WithName("CancelOperatedJob")
            .WithSummary("Stop a job that waits for its turn or its answer. One that has ended stays as it is.")
            .Produces<OperatedJobDetail>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status502BadGateway);

        ops.MapPost("/jobs/{jobId:guid}/expire", ExpireAsync).RequireOperator()
            .WithName("ExpireOperatedJob")
            .WithSummary("As cancel, but the job ends as expired: its user is told that it took too long.")
            .Produces<OperatedJobDetail>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status502BadGateway);

        ops.MapPost("/jobs/{jobId:guid}/retry", RetryAsync).RequireOperator()
            .WithName("RetryOperatedJob")
            .WithSummary("Begin another attempt of a job that ended without an answer, whatever its user's limits. One that is under way stays as it is.")
            .Produces<OperatedJobDetail>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

        ops.MapGet("/machine", Machine).RequireReader()
            .WithName("GetMachine")
            .WithSummary("The state machine of jobs, read from the machine that runs: states, ways between them, and as text for Mermaid and Graphviz.")
            .Produces<MachineView>();
    }

    private static Task<IResult> ListAsync(
        [AsParameters] OperatedJobQuery asked, OperatedJobReader reader, CancellationToken cancellationToken,
        [Description("How many, 1–100; 50 where left out.")] string? limit = null,
        [Description("The 'next' of the page before.")] string? cursor = null)
    {
        var (query, sagaState, errors) = asked.Read();
        return errors.Count > 0
            ? Task.FromResult<IResult>(ApiProblems.Invalid(errors))
            : ChatsEndpoints.PageAsync(limit, async n => TypedResults.Ok((await reader.ListAsync(query, sagaState, n, cursor, cancellationToken)).ToView(x => x)));
    }

    private static async Task<IResult> GetAsync(Guid jobId, OperatedJobReader reader, CancellationToken cancellationToken) =>
        await reader.GetAsync(jobId, cancellationToken) is { } job ? TypedResults.Ok(job) : ApiProblems.JobNotFound(jobId);

    private static Task<IResult> CancelAsync(
        Guid jobId, HttpContext http, IJobStore jobs, JobControl control, AuditLog audit, OperatedJobReader reader, CancellationToken cancellationToken) =>
        ChangeAsync(jobId, "job.cancel", http, jobs, job => control.CancelAsync(job), audit, reader, cancellationToken);

    private static Task<IResult> ExpireAsync(
        Guid jobId, HttpContext http, IJobStore jobs, JobControl control, AuditLog audit, OperatedJobReader reader, CancellationToken cancellationToken) =>
        ChangeAsync(jobId, "job.expire", http, jobs, job => control.CancelAsync(job, asExpired: true), audit, reader, cancellationToken);

    private static async Task<IResult> RetryAsync(
        Guid jobId, HttpContext http, IJobStore jobs, IErasureStore erasures, JobControl control, AuditLog audit, OperatedJobReader reader, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(jobId, cancellationToken) is not { } known || await erasures.IsBeingErasedAsync(known, cancellationToken))
            return ApiProblems.JobNotFound(jobId);

        RetryResult? result = null;
        var answer = await ChangeAsync(
            jobId, "job.retry", http, jobs, async job => result = await control.RetryUnlimitedAsync(job, CancellationToken.None), audit, reader, cancellationToken);
        return result is RetryResult.Completed ? ApiProblems.JobCompleted(jobId) : answer;
    }

    private static async Task<IResult> ChangeAsync(
        Guid jobId, string action, HttpContext http, IJobStore jobs, Func<JobRecord, Task> change, AuditLog audit, OperatedJobReader reader, CancellationToken cancellationToken)
    {
        if (await jobs.GetAsync(jobId, cancellationToken) is not { ErasedAt: null } job)
            return ApiProblems.JobNotFound(jobId);

        await audit.RunAsync(http.User, action, $"{jobId}", () => change(job), cancellationToken);
        return TypedResults.Accepted($"/ops/jobs/{jobId}", await reader.GetAsync(jobId, cancellationToken));
    }

    private static Ok<MachineView> Machine(
        ChatJobDiagram diagram, [Description("A state to mark in the texts, such as 'Invoking'.")] string? current = null) => TypedResults.Ok(MachineView.From(diagram, current));
}
