using System.ComponentModel;
using System.Globalization;
using System.Net.Mime;
using CloudIa.Api.Bodies;
using CloudIa.Api.Me;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Chats;

internal static class ChatsEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;
    private const string AllBranches = "all";

    public static void MapChats(this IEndpointRouteBuilder api)
    {
        api.MapGet("/chats", ListAsync)
            .WithName("ListChats")
            .WithTags("Chats")
            .WithSummary("The caller's chats, newest first.")
            .Produces<PageView<ChatView>>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        api.MapGet("/chats/{chatId:guid}", GetAsync)
            .WithName("GetChat")
            .WithTags("Chats")
            .WithSummary("A chat, with its system prompt.")
            .Produces<ChatView>()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        api.MapPatch("/chats/{chatId:guid}", PatchAsync)
            .WithName("ChangeChat")
            .WithTags("Chats")
            .NotWhileDeleting()
            .WithSummary("Change a chat's title or system prompt. Messages that were accepted before are answered with the system prompt of then.")
            .WithBodyLimit(ChatPatchReader.MaxBodyBytes)
            .Accepts<ChatPatch>(MediaTypeNames.Application.Json)
            .Produces<ChatView>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        api.MapDelete("/chats/{chatId:guid}", DeleteAsync)
            .WithName("DeleteChat")
            .WithTags("Chats")
            .WithSummary("Delete a chat with its messages and jobs: it is out of sight at once, and gone within minutes. Jobs that run in it are cancelled. What was used stays on the account.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        api.MapGet("/chats/{chatId:guid}/messages", ListMessagesAsync)
            .WithName("ListMessages")
            .WithTags("Chats")
            .WithSummary("A chat's messages, newest first: those of the branch that the last turn is on, or all.")
            .Produces<PageView<MessageView>>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static Task<IResult> ListAsync(
        HttpContext http, IChatStore chats, CancellationToken cancellationToken,
        [Description("How many, 1–100; 50 where left out.")] string? limit = null,
        [Description("The 'next' of the page before.")] string? cursor = null) =>
        PageAsync(limit, async n => TypedResults.Ok((await chats.ListAsync(http.User.UserId(), n, cursor, cancellationToken)).ToView(ChatView.From)));

    private static async Task<IResult> GetAsync(Guid chatId, HttpContext http, IChatStore chats, CancellationToken cancellationToken) =>
        await chats.GetAsync(http.User.UserId(), chatId, cancellationToken) is { } chat ? TypedResults.Ok(ChatView.WithAll(chat)) : ApiProblems.ChatNotFound(chatId);

    private static async Task<IResult> PatchAsync(Guid chatId, HttpContext http, IChatStore chats, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
            return ApiProblems.UnsupportedMediaType(http.Request.ContentType);

        try
        {
            var (change, errors) = await ChatPatchReader.ReadAsync(http.Request.OpenBody(ChatPatchReader.MaxBodyBytes), cancellationToken);
            if (errors.Count > 0)
                return ApiProblems.Invalid(errors);

            return await chats.ChangeAsync(http.User.UserId(), chatId, change, cancellationToken) is { } chat
                ? TypedResults.Ok(ChatView.WithAll(chat))
                : ApiProblems.ChatNotFound(chatId);
        }
        catch (BadHttpRequestException exception)
        {
            return ApiProblems.BadBody(exception, ChatPatchReader.MaxBodyBytes);
        }
    }

    // The word for it first: a chat out of sight that nobody is to erase would stay.
    private static async Task<IResult> DeleteAsync(
        Guid chatId, HttpContext http, IChatStore chats, IErasureStore erasures, IUserDataStore data, TimeProvider time, CancellationToken cancellationToken)
    {
        var (userId, now) = (http.User.UserId(), time.GetUtcNow());
        if (await chats.GetAsync(userId, chatId, cancellationToken) is null)
            return ApiProblems.ChatNotFound(chatId);

        await erasures.BeginAsync(userId, chatId, now, cancellationToken);
        await data.HideChatAsync(userId, chatId, now, CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static Task<IResult> ListMessagesAsync(
        Guid chatId, HttpContext http, IChatStore chats, CancellationToken cancellationToken,
        [Description("How many, 1–100; 50 where left out.")] string? limit = null,
        [Description("The 'next' of the page before.")] string? cursor = null,
        [Description("'all' for the messages of all branches; left out: those that led to the last turn.")] string? branch = null) =>
        PageAsync(limit, async n => (branch, await chats.GetAsync(http.User.UserId(), chatId, cancellationToken)) switch
        {
            (not null and not AllBranches, _) => ApiProblems.Invalid(new() { ["branch"] = [$"It must be '{AllBranches}', or be left out."] }),
            (_, null) => ApiProblems.ChatNotFound(chatId),
            (null, { } chat) => TypedResults.Ok((await chats.ListBranchAsync(chat, n, cursor, cancellationToken)).ToView(MessageView.From)),
            _ => TypedResults.Ok((await chats.ListMessagesAsync(chatId, n, cursor, cancellationToken)).ToView(MessageView.From)),
        });

    /// <summary>A page of so many, or what is wrong with limit or cursor.</summary>
    internal static async Task<IResult> PageAsync(string? limit, Func<int, Task<IResult>> list)
    {
        var count = DefaultLimit;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > MaxLimit))
            return ApiProblems.Invalid(new() { ["limit"] = [$"It must be a whole number from 1 to {MaxLimit}."] });

        try
        {
            return await list(count);
        }
        catch (InvalidCursorException exception)
        {
            return ApiProblems.Invalid(new() { ["cursor"] = [exception.Message] });
        }
    }
}
