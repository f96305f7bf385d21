using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Me;

/// <summary>Refuses what would keep something new of a user whose deletion runs: it would be deleted as well. One read of DynamoDB for each request.</summary>
internal sealed class WhileDeleting(IErasureStore erasures) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return await erasures.GetAsync(http.User.UserId(), chatId: null, http.RequestAborted) is { CompletedAt: null } erasure
            ? ApiProblems.DeletionRunning(erasure.RequestedAt)
            : await next(context);
    }
}

internal static class WhileDeletingExtensions
{
    /// <summary>Not for who hands in a message: <see cref="Chat.JobSubmission"/> looks by itself, beside what it asks for anyway.</summary>
    public static RouteHandlerBuilder NotWhileDeleting(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter<RouteHandlerBuilder, WhileDeleting>().ProducesProblem(StatusCodes.Status409Conflict);
}
