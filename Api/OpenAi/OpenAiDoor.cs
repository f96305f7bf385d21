using CloudIa.Api.OpenAi.Responses;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.Api.OpenAi;

/// <summary>Everything under <c>/v1</c>: what OpenAI's clients speak with.</summary>
internal static class OpenAiDoor
{
    private static readonly PathString Path = new("/v1");

    public static void AddOpenAiDoor(this IServiceCollection services)
    {
        services.AddSingleton<ModelNames>();
        services.AddSingleton<ResponseReader>();
        services.AddSingleton<ResponseLog>();
        services.AddScoped<ResponsesEndpoints>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, OpenAiAuthorization>();
    }

    public static void MapOpenAiDoor(this IEndpointRouteBuilder api)
    {
        api.MapCompletions();
        ResponsesEndpoints.Map(api);
        api.MapModels();
    }

    public static bool IsDoor(this HttpContext context) => context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal);

    /// <summary>The problem in the words of the door that the request came through.</summary>
    public static IResult OnDoorOf(this ProblemHttpResult problem, HttpContext context) => context.IsDoor() ? OpenAiError.From(problem) : problem;
}
