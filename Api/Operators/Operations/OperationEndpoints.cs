using System.ComponentModel;
using System.Net.Mime;
using CloudIa.Api.Bodies;
using CloudIa.Api.Chats;
using CloudIa.Api.Problems;
using CloudIa.Sagas.Operations;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Operators.Operations;

internal static class OperationEndpoints
{
    public static IServiceCollection AddOperations(this IServiceCollection services) => services.AddOperationWorks().AddSingleton<OperationControl>();

    public static void MapOperations(this RouteGroupBuilder ops)
    {
        ops.MapPost("/operations", BeginAsync).RequireOperator()
            .WithName("BeginOperation")
            .WithSummary("Have something done to many, one after the other, or say (dryRun) to how many it would be done. It goes on after a restart.")
            .WithBodyLimit(JsonBody.MaxBytes)
            .Accepts<NewOperation>(MediaTypeNames.Application.Json)
            .Produces<OperationPreview>()
            .Produces<OperationView>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

        ops.MapGet("/operations", ListAsync).RequireReader()
            .WithName("ListOperations")
            .WithSummary("Operations under way and ended, newest first.")
            .Produces<PageView<OperationView>>()
            .ProducesValidationProblem();

        ops.MapGet("/operations/{id:guid}", GetAsync).RequireReader()
            .WithName("GetOperation")
            .WithSummary("How far an operation is.")
            .Produces<OperationView>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        ops.MapPost("/operations/{id:guid}/cancel", CancelAsync).RequireOperator()
            .WithName("CancelOperation")
            .WithSummary("Stop an operation within about a second. What was done stays done. Twice is once.")
            .Produces<OperationView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Task<IResult> BeginAsync(HttpContext http, OperationControl control, CancellationToken cancellationToken) => JsonBody.ReadAsync<NewOperation>(
        http.Request, optional: false, request => control.BeginAsync(request, http.User, cancellationToken), cancellationToken);

    private static Task<IResult> ListAsync(
        IOperationStore operations, CancellationToken cancellationToken,
        [Description("How many, 1–100; 50 where left out.")] string? limit = null,
        [Description("The 'next' of the page before.")] string? cursor = null) =>
        ChatsEndpoints.PageAsync(limit, async n => TypedResults.Ok((await operations.ListAsync(n, cursor, cancellationToken)).ToView(OperationView.From)));

    private static async Task<IResult> GetAsync(Guid id, IOperationStore operations, CancellationToken cancellationToken) =>
        await operations.GetAsync(id, cancellationToken) is { } operation ? TypedResults.Ok(OperationView.From(operation)) : ApiProblems.OperationNotFound(id);

    private static Task<IResult> CancelAsync(Guid id, HttpContext http, OperationControl control, CancellationToken cancellationToken) =>
        control.CancelAsync(id, http.User, cancellationToken);
}
