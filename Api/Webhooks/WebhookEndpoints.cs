using System.Net.Mime;
using CloudIa.Api.Chats;
using CloudIa.Api.Me;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;
using Microsoft.AspNetCore.Mvc;

namespace CloudIa.Api.Webhooks;

internal static class WebhookEndpoints
{
    public static IServiceCollection AddWebhookEndpoints(this IServiceCollection services) =>
        services.AddSingleton<WebhookControl>().AddSingleton<WebhookRequestReader>();

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        WithBody<NewWebhook>(api.MapPost("/webhooks", CreateAsync), "CreateWebhook",
            "Have a URL told how jobs end, by signed requests (Standard Webhooks). The secret is in this answer and in no later one.")
            .NotWhileDeleting()
            .Produces<WebhookView>(StatusCodes.Status201Created);

        Describe(api.MapGet("/webhooks", ListAsync), "ListWebhooks", "The caller's webhooks, the oldest first; there are ten at most, so all are in one page.")
            .Produces<PageView<WebhookView>>();

        Describe(api.MapGet("/webhooks/{webhookId:guid}", GetAsync), "GetWebhook", "A webhook: where, what, and whether it is enabled.")
            .Produces<WebhookView>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        WithBody<WebhookPatch>(api.MapPatch("/webhooks/{webhookId:guid}", PatchAsync), "ChangeWebhook", "Change a webhook's URL or events, disable or enable it.")
            .NotWhileDeleting()
            .Produces<WebhookView>();

        Describe(api.MapDelete("/webhooks/{webhookId:guid}", DeleteAsync), "DeleteWebhook", "Delete a webhook. What waits for its next try is not sent any more.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound);

        Describe(api.MapPost("/webhooks/{webhookId:guid}/rotate", RotateAsync), "RotateWebhookSecret",
            "Give a webhook another secret. For 24 hours requests are signed with the ones before, too. The secret is in this answer and in no later one.")
            .NotWhileDeleting()
            .Produces<WebhookView>()
            .ProducesProblem(StatusCodes.Status404NotFound);

        Describe(api.MapPost("/webhooks/{webhookId:guid}/test", TestAsync), "TestWebhook", "Send a signed test event now, once, and say what came of it.")
            .Produces<WebhookTestResult>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static RouteHandlerBuilder WithBody<TBody>(RouteHandlerBuilder endpoint, string name, string summary)
        where TBody : notnull => Describe(endpoint, name, summary)
        .WithMetadata(new RequestSizeLimitAttribute(WebhookRequestReader.MaxBodyBytes))
        .Accepts<TBody>(MediaTypeNames.Application.Json)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithTags("Webhooks")
        .WithSummary(summary)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static Task<IResult> CreateAsync(
        HttpContext http, WebhookRequestReader reader, WebhookControl control, IChatStore chats, CancellationToken cancellationToken) =>
        ReadAsync(http.Request, reader.ReadNewAsync, async fields =>
        {
            var userId = http.User.UserId();
            if (fields.ChatId is { } chatId && await chats.GetAsync(userId, chatId, cancellationToken) is null)
                return ApiProblems.ChatNotFound(chatId);

            if (await control.AddAsync(userId, fields, cancellationToken) is not { } webhook)
                return ApiProblems.TooManyWebhooks(WebhookRecord.MostOfUser);

            return TypedResults.Created($"/webhooks/{webhook.WebhookId}", WebhookView.WithSecret(webhook));
        }, cancellationToken);

    private static async Task<IResult> ListAsync(HttpContext http, IWebhookStore webhooks, CancellationToken cancellationToken) => TypedResults.Ok(
        new PageView<WebhookView> { Items = [.. (await webhooks.ListAsync(http.User.UserId(), cancellationToken)).Select(WebhookView.From)], Next = null });

    private static async Task<IResult> GetAsync(Guid webhookId, HttpContext http, IWebhookStore webhooks, CancellationToken cancellationToken) =>
        await webhooks.GetAsync(http.User.UserId(), webhookId, cancellationToken) is { } webhook
            ? TypedResults.Ok(WebhookView.From(webhook))
            : ApiProblems.WebhookNotFound(webhookId);

    private static Task<IResult> PatchAsync(
        Guid webhookId, HttpContext http, WebhookRequestReader reader, WebhookControl control, CancellationToken cancellationToken) =>
        ReadAsync(http.Request, reader.ReadPatchAsync, async fields =>
            await control.ChangeAsync(http.User.UserId(), webhookId, fields, cancellationToken) is { } webhook
                ? TypedResults.Ok(WebhookView.From(webhook))
                : ApiProblems.WebhookNotFound(webhookId), cancellationToken);

    private static async Task<IResult> DeleteAsync(Guid webhookId, HttpContext http, WebhookControl control, CancellationToken cancellationToken) =>
        await control.DeleteAsync(http.User.UserId(), webhookId, cancellationToken) ? TypedResults.NoContent() : ApiProblems.WebhookNotFound(webhookId);

    private static async Task<IResult> RotateAsync(Guid webhookId, HttpContext http, WebhookControl control, CancellationToken cancellationToken)
    {
        if (await control.RotateAsync(http.User.UserId(), webhookId, cancellationToken) is not { } webhook)
            return ApiProblems.WebhookNotFound(webhookId);

        return TypedResults.Ok(WebhookView.WithSecret(webhook));
    }

    private static async Task<IResult> TestAsync(
        Guid webhookId, HttpContext http, IWebhookStore webhooks, WebhookControl control, CancellationToken cancellationToken) =>
        await webhooks.GetAsync(http.User.UserId(), webhookId, cancellationToken) is { } webhook
            ? TypedResults.Ok(await control.TestAsync(webhook, cancellationToken))
            : ApiProblems.WebhookNotFound(webhookId);

    private static async Task<IResult> ReadAsync(
        HttpRequest request, Func<Stream, CancellationToken, Task<WebhookFields>> read, Func<WebhookFields, Task<IResult>> then, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            return ApiProblems.UnsupportedMediaType(request.ContentType);

        WebhookFields fields;
        try
        {
            fields = await read(request.Body, cancellationToken);
        }
        catch (BadHttpRequestException exception)
        {
            return ApiProblems.BadBody(exception, WebhookRequestReader.MaxBodyBytes);
        }

        return fields.Errors.Count > 0 ? ApiProblems.Invalid(fields.Errors) : await then(fields);
    }
}
