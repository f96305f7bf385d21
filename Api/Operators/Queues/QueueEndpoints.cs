using CloudIa.Api.Chats;
using CloudIa.ServiceDefaults.Login;

namespace CloudIa.Api.Operators.Queues;

internal static class QueueEndpoints
{
    public static IServiceCollection AddQueueStates(this IServiceCollection services) => services.AddSingleton<QueueCounts>().AddSingleton<QueueStates>();

    public static void MapQueues(this RouteGroupBuilder ops) => ops.MapGet("/queues", ListAsync).RequireReader()
        .WithName("ListQueues")
        .WithSummary("The system's queues: how many messages wait, are worked on, and could not be handled. Counted once a second.")
        .Produces<PageView<QueueView>>()
        .ProducesProblem(StatusCodes.Status502BadGateway);

    private static async Task<IResult> ListAsync(QueueStates queues, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PageView<QueueView> { Items = await queues.GetAsync(cancellationToken), Next = null });
}
