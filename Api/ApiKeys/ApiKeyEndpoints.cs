using System.Net.Mime;
using CloudIa.Api.Bodies;
using CloudIa.Api.Chats;
using CloudIa.Api.Me;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Login.Keys;
using CloudIa.Store;

namespace CloudIa.Api.ApiKeys;

/// <summary>The caller's API keys. None of it for who calls with a key: a stolen one makes no others.</summary>
internal static class ApiKeyEndpoints
{
    public static IServiceCollection AddApiKeyEndpoints(this IServiceCollection services) => services.AddSingleton<ApiKeyRequestReader>();

    public static void MapApiKeys(this IEndpointRouteBuilder api)
    {
        var keys = api.MapGroup("/me/keys").RequirePerson().WithTags("API keys")
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

        keys.MapPost("", CreateAsync)
            .WithName("CreateApiKey")
            .NotWhileDeleting()
            .WithSummary("Make a key by which a program logs in as the caller. It is in this answer and in no later one.")
            .Accepts<NewApiKey>(MediaTypeNames.Application.Json)
            .WithBodyLimit(ApiKeyRequestReader.MaxBodyBytes)
            .Produces<ApiKeyView>(StatusCodes.Status201Created)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

        keys.MapGet("", ListAsync)
            .WithName("ListApiKeys")
            .WithSummary("The caller's keys, the oldest first, without their secrets; there are ten at most, so all are in one page.")
            .Produces<PageView<ApiKeyView>>();

        keys.MapDelete("/{keyId:guid}", DeleteAsync)
            .WithName("DeleteApiKey")
            .WithSummary("Revoke a key. It works for a minute more at most; a connection that was opened with it, for an hour. Twice is once.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ApiKeyRequestReader reader, IApiKeyStore keys, IErasureStore erasures, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!http.Request.HasJsonContentType())
            return ApiProblems.UnsupportedMediaType(http.Request.ContentType);

        ApiKeyFields fields;
        try
        {
            fields = await reader.ReadAsync(http.Request.OpenBody(ApiKeyRequestReader.MaxBodyBytes), cancellationToken);
        }
        catch (BadHttpRequestException exception)
        {
            return ApiProblems.BadBody(exception, ApiKeyRequestReader.MaxBodyBytes);
        }

        if (fields.Errors.Count > 0)
            return ApiProblems.Invalid(fields.Errors);

        var now = time.GetUtcNow();
        var secret = ApiKey.NewSecret();
        var key = new ApiKeyRecord
        {
            KeyId = Guid.CreateVersion7(now),
            UserId = http.User.UserId(),
            Name = fields.Name,
            Hash = ApiKey.HashOf(secret),
            CreatedAt = now,
            ExpiresAt = fields.ExpiresAt,
            Tier = http.User.Tier(),
        };
        if (await keys.TryAddAsync(key, cancellationToken) is not { } made)
            return ApiProblems.TooManyApiKeys(ApiKeyRecord.MostOfUser);

        // A deletion that was asked for meanwhile may have looked before there was a key; one that looks later finds it.
        if (await erasures.GetAsync(key.UserId, chatId: null, cancellationToken) is { CompletedAt: null } erasure)
        {
            await keys.DeleteAsync(key.UserId, made.KeyId, CancellationToken.None);
            return ApiProblems.DeletionRunning(erasure.RequestedAt);
        }

        return TypedResults.Created((string?)null, ApiKeyView.From(made) with { Key = ApiKey.TextOf(made.KeyId, secret) });
    }

    private static async Task<IResult> ListAsync(HttpContext http, IApiKeyStore keys, CancellationToken cancellationToken) => TypedResults.Ok(
        new PageView<ApiKeyView> { Items = [.. (await keys.ListAsync(http.User.UserId(), cancellationToken)).Select(ApiKeyView.From)], Next = null });

    private static async Task<IResult> DeleteAsync(Guid keyId, HttpContext http, IApiKeyStore keys, CancellationToken cancellationToken)
    {
        await keys.DeleteAsync(http.User.UserId(), keyId, cancellationToken);
        return TypedResults.NoContent();
    }
}
