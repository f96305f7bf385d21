using CloudIa.Api.Chats;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Messaging.Pauses;
using CollectedQueues = CloudIa.Sagas.DeadLetters.DeadLetterEndpoints;

namespace CloudIa.Api.Operators.Queues;

internal static class QueueEndpoints
{
    public static IServiceCollection AddQueueStates(this IServiceCollection services) => services.AddQueuePauses().AddSingleton<QueueCounts>().AddSingleton<QueueStates>();

    public static void MapQueues(this RouteGroupBuilder ops)
    {
        ops.MapGet("/queues", ListAsync).RequireReader()
            .WithName("ListQueues")
            .WithSummary("The system's queues: how many messages wait, are worked on, and could not be handled. Counted once a second.")
            .Produces<PageView<QueueView>>()
            .ProducesProblem(StatusCodes.Status502BadGateway);

        ops.MapPost("/queues/{queue}/pause", PauseAsync).RequireOperator()
            .WithName("PauseQueue")
            .WithSummary("Have nobody receive from a queue until it is resumed. Consumers follow within two seconds, and when the poll that runs has ended, 20 s at most; what was received is worked on. Twice is once.")
            .Produces<QueueView>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status502BadGateway);

        ops.MapPost("/queues/{queue}/resume", ResumeAsync).RequireOperator()
            .WithName("ResumeQueue")
            .WithSummary("Have a paused queue received from again: within two seconds. Twice is once.")
            .Produces<QueueView>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status502BadGateway);
    }

    private static async Task<IResult> ListAsync(QueueStates queues, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PageView<QueueView> { Items = await queues.GetAsync(cancellationToken), Next = null });

    private static Task<IResult> PauseAsync(string queue, HttpContext http, IQueuePauses pauses, QueueStates queues, AuditLog audit, CancellationToken cancellationToken) =>
        ChangeAsync(queue, "queue.pause", http, () => pauses.PauseAsync(queue, CancellationToken.None), queues, audit, cancellationToken);

    private static Task<IResult> ResumeAsync(string queue, HttpContext http, IQueuePauses pauses, QueueStates queues, AuditLog audit, CancellationToken cancellationToken) =>
        ChangeAsync(queue, "queue.resume", http, () => pauses.ResumeAsync(queue, CancellationToken.None), queues, audit, cancellationToken);

    private static async Task<IResult> ChangeAsync(
        string queue, string action, HttpContext http, Func<Task> change, QueueStates queues, AuditLog audit, CancellationToken cancellationToken)
    {
        if (!CollectedQueues.Queues.Contains(queue))
            return ApiProblems.QueueNotFound(CollectedQueues.Queues);

        await audit.RunAsync(http.User, action, queue, change, cancellationToken);
        return TypedResults.Ok((await queues.GetAsync(cancellationToken)).First(x => x.Name == queue));
    }
}
