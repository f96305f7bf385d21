using System.ComponentModel;
using System.Net.Mime;
using CloudIa.Api.Bodies;
using CloudIa.Api.Chats;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>What could not be handled, and what operators do about it.</summary>
internal static class DeadLetterEndpoints
{
    public static IServiceCollection AddDeadLetters(this IServiceCollection services) => services.AddSingleton<DeadLetterGroups>().AddSingleton<DeadLetterControl>();

    public static void MapDeadLetters(this RouteGroupBuilder ops)
    {
        ops.MapGet("/dead-letters", ListAsync).RequireReader()
            .WithName("ListDeadLetters")
            .WithSummary("Dead letters, newest first. A page looks at 1,000 at most, so that with a filter it may have few or none, and a next.")
            .Produces<PageView<DeadLetterView>>()
            .ProducesValidationProblem();

        ops.MapGet("/dead-letters/groups", GroupsAsync).RequireReader()
            .WithName("ListDeadLetterGroups")
            .WithSummary("Open dead letters by exception and place: the newest 2,000, counted once a second.")
            .Produces<DeadLetterGroupsView>();

        ops.MapGet("/dead-letters/{id}", GetAsync).RequireReader()
            .WithName("GetDeadLetter")
            .WithSummary("A dead letter: facts and the shape of its payload; for an operator also the payload.")
            .Produces<DeadLetterDetails>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        Change(ops.MapPost("/dead-letters/{id}/retry", RetryAsync), "RetryDeadLetter", "Send a dead letter to its queue again, as it was or with an edited message. Twice is once.")
            .WithBodyLimit(JsonBody.MaxBytes)
            .Accepts<DeadLetterEdit>(isOptional: true, MediaTypeNames.Application.Json)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status502BadGateway);
        Change(ops.MapPost("/dead-letters/{id}/discard", DiscardAsync), "DiscardDeadLetter", "Decide that nothing is to come of a dead letter. Twice is once.");
        Change(ops.MapPost("/dead-letters/{id}/restore", RestoreAsync), "RestoreDeadLetter", "Make a discarded dead letter open again. Twice is once.");
    }

    private static RouteHandlerBuilder Change(RouteHandlerBuilder endpoint, string name, string summary) => endpoint.RequireOperator()
        .WithName(name)
        .WithSummary(summary)
        .Produces<DeadLetterView>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static Task<IResult> ListAsync(
        IFailureStore failures, CancellationToken cancellationToken,
        [Description("Such as 'invoke-llm'.")] string? queue = null,
        [Description("'error', 'skipped' or 'dead'.")] string? kind = null,
        [Description("The exception's type, whole.")] string? exception = null,
        [Description("Whole, as a group or a dead letter has it.")] string? place = null,
        [Description("Of one job.")] string? job = null,
        [Description("'open' (left out), 'discarded' or 'retried'.")] string? state = null,
        [Description("How many, 1–100; 50 where left out.")] string? limit = null,
        [Description("The 'next' of the page before.")] string? cursor = null)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var wanted = FailureState.Open;
        if (state is not null && (!Enum.TryParse(state, ignoreCase: true, out wanted) || !Enum.IsDefined(wanted) || !char.IsAsciiLetter(state[0])))
            errors[nameof(state)] = ["It must be open, discarded or retried."];
        if (kind is not null && !FailureKinds.All.Contains(kind))
            errors[nameof(kind)] = [$"It must be one of {string.Join(", ", FailureKinds.All)}."];
        Guid? jobId = null;
        if (job is not null)
            jobId = Guid.TryParse(job, out var id) ? id : null;
        if (job is not null && jobId is null)
            errors[nameof(job)] = ["It must be a UUID."];
        if (errors.Count > 0)
            return Task.FromResult<IResult>(ApiProblems.Invalid(errors));

        var query = new FailureQuery { State = wanted, Queue = queue, Kind = kind, ExceptionType = exception, Place = place, JobId = jobId };
        return ChatsEndpoints.PageAsync(limit, async n => TypedResults.Ok((await failures.ListAsync(query, n, cursor, cancellationToken)).ToView(DeadLetterView.From)));
    }

    private static async Task<IResult> GroupsAsync(DeadLetterGroups groups, CancellationToken cancellationToken) => TypedResults.Ok(await groups.GetAsync(cancellationToken));

    private static async Task<IResult> GetAsync(string id, HttpContext http, IFailureStore failures, CancellationToken cancellationToken) =>
        await failures.GetAsync(id, cancellationToken) is { } failure
            ? TypedResults.Ok(DeadLetterDetails.From(failure, http.User.IsInRole(LoginPolicies.Operator)))
            : ApiProblems.DeadLetterNotFound();

    private static Task<IResult> RetryAsync(string id, HttpContext http, DeadLetterControl control, CancellationToken cancellationToken) => JsonBody.ReadAsync<DeadLetterEdit>(
        http.Request, optional: true, edit => control.RetryAsync(id, edit.Body, http.User, cancellationToken), cancellationToken);

    private static Task<IResult> DiscardAsync(string id, HttpContext http, DeadLetterControl control, CancellationToken cancellationToken) =>
        control.DiscardAsync(id, http.User, cancellationToken);

    private static Task<IResult> RestoreAsync(string id, HttpContext http, DeadLetterControl control, CancellationToken cancellationToken) =>
        control.RestoreAsync(id, http.User, cancellationToken);
}
