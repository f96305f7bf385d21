using System.ComponentModel;
using CloudIa.Api.Chats;
using CloudIa.Api.Operators.DeadLetters;
using CloudIa.Api.Operators.Jobs;
using CloudIa.Api.Operators.Operations;
using CloudIa.Api.Operators.Queues;
using CloudIa.Api.Operators.Usage;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Circuits;
using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Messaging.Pauses;
using CloudIa.Store;

namespace CloudIa.Api.Operators;

/// <summary>What operators see and do: each folder its part; here the circuits of providers, and the log of what was done.</summary>
internal static class OperatorEndpoints
{
    public static IServiceCollection AddOperatorEndpoints(this IServiceCollection services) => services
        .AddProviderCircuits()
        .AddQueuePauses()
        .AddSingleton<AuditLog>()
        .AddOperatedJobs()
        .AddDeadLetters()
        .AddOperations()
        .AddQueueStates()
        .AddOperatorUsage();

    public static void MapOperators(this IEndpointRouteBuilder api)
    {
        var ops = api.MapGroup("/ops").WithTags("Operators")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        ops.MapOperatedJobs();
        ops.MapDeadLetters();
        ops.MapOperations();
        ops.MapQueues();
        ops.MapOperatorUsage();

        ops.MapGet("/circuits", ListAsync).RequireReader()
            .WithName("ListCircuits")
            .WithSummary("Whether each provider of models is asked. There are few, so all are in one page.")
            .Produces<PageView<CircuitView>>();

        ops.MapPost("/circuits/{provider}/isolate", IsolateAsync).RequireOperator()
            .WithName("IsolateCircuit")
            .WithSummary("Take a provider out until it is closed: all processes follow within two seconds. Answers that it is writing go on. Twice is once.")
            .Produces<CircuitView>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        ops.MapPost("/circuits/{provider}/close", CloseAsync).RequireOperator()
            .WithName("CloseCircuit")
            .WithSummary("Have a provider asked again at once, whatever is known of it. Twice is once.")
            .Produces<CircuitView>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        ops.MapGet("/audit", AuditAsync).RequireReader()
            .WithName("ListAudit")
            .WithSummary("What operators did, newest first.")
            .Produces<PageView<AuditView>>()
            .ProducesValidationProblem();
    }

    private static async Task<IResult> ListAsync(IProviderCircuits circuits, CancellationToken cancellationToken) => TypedResults.Ok(
        new PageView<CircuitView> { Items = [.. (await circuits.ListAsync(cancellationToken)).Select(CircuitView.From)], Next = null });

    private static Task<IResult> IsolateAsync(string provider, HttpContext http, IProviderCircuits circuits, AuditLog audit, CancellationToken cancellationToken) => ChangeAsync(
        provider, circuits,
        circuit => audit.RunAsync(http.User, "circuit.isolate", circuit.Provider, () => circuits.IsolateAsync(circuit.Provider, CancellationToken.None), cancellationToken),
        cancellationToken);

    private static Task<IResult> CloseAsync(string provider, HttpContext http, IProviderCircuits circuits, AuditLog audit, CancellationToken cancellationToken) => ChangeAsync(
        provider, circuits,
        circuit => audit.RunAsync(http.User, "circuit.close", circuit.Provider, () => circuits.CloseAsync(circuit.Provider, CancellationToken.None), cancellationToken),
        cancellationToken);

    private static async Task<IResult> ChangeAsync(string provider, IProviderCircuits circuits, Func<ProviderCircuit, Task> change, CancellationToken cancellationToken)
    {
        if (await FindAsync(provider, circuits, cancellationToken) is not { } circuit)
            return ApiProblems.ProviderNotFound();

        await change(circuit);
        return await FindAsync(provider, circuits, cancellationToken) is { } now ? TypedResults.Ok(CircuitView.From(now)) : ApiProblems.ProviderNotFound();
    }

    private static async Task<ProviderCircuit?> FindAsync(string provider, IProviderCircuits circuits, CancellationToken cancellationToken) =>
        (await circuits.ListAsync(cancellationToken)).FirstOrDefault(x => x.Provider == provider);

    private static Task<IResult> AuditAsync(
        IAuditStore audit, CancellationToken cancellationToken,
        [Description("How many, 1–100; 50 where left out.")] string? limit = null,
        [Description("The 'next' of the page before.")] string? cursor = null) =>
        ChatsEndpoints.PageAsync(limit, async n => TypedResults.Ok((await audit.ListAsync(n, cursor, cancellationToken)).ToView(AuditView.From)));
}
