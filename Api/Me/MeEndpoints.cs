using System.Net.Mime;
using CloudIa.Api.Limits;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Me;

/// <summary>All that is kept of the caller: to take away, and to have deleted. None of it for who calls with an API key.</summary>
internal static class MeEndpoints
{
    private const string Deletion = "/me/deletion";

    public static void MapMe(this IEndpointRouteBuilder api)
    {
        var me = api.MapGroup("/me").RequirePerson().WithTags("Me")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        me.MapDelete("", DeleteAsync)
            .WithName("DeleteMe")
            .WithSummary("Delete all that is kept of the caller: chats, messages, jobs, usage, webhooks, API keys. Jobs that run are cancelled. It takes some minutes; until then nothing new is taken (409). Twice is once.")
            .Produces<DeletionView>(StatusCodes.Status202Accepted);

        me.MapGet("/deletion", GetAsync)
            .WithName("GetDeletion")
            .WithSummary("How far the caller's deletion is; for 30 days, that it was done.")
            .Produces<DeletionView>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        me.MapGet("/export", ExportAsync)
            .WithName("ExportMe")
            .WithLimits()
            .WithSummary("All that is kept of the caller, as one JSON document, written as it is read: chats with the messages of all branches, jobs with what was asked, usage, API keys and webhooks without their secrets. Where it breaks off, so does the connection: what arrived whole is whole.")
            .Produces<Export>(contentType: MediaTypeNames.Application.Json);
    }

    private static async Task<IResult> DeleteAsync(HttpContext http, IErasureStore erasures, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Accepted(Deletion, DeletionView.From(await erasures.BeginAsync(http.User.UserId(), chatId: null, time.GetUtcNow(), cancellationToken)));

    private static async Task<IResult> GetAsync(HttpContext http, IErasureStore erasures, CancellationToken cancellationToken) =>
        await erasures.GetAsync(http.User.UserId(), chatId: null, cancellationToken) is { } erasure ? TypedResults.Ok(DeletionView.From(erasure)) : ApiProblems.DeletionNotFound();

    private static async Task<IResult> ExportAsync(HttpContext http, Admissions admissions, ExportWriter writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var user = http.User.Limited();
        if (await admissions.RefusalAsync(user, job: null) is { } limit)
            return LimitProblems.Of(limit);

        return await writer.OpenAsync(user.UserId, time.GetUtcNow(), cancellationToken);
    }
}
