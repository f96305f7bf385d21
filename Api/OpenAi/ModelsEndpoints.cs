using Microsoft.AspNetCore.Http.HttpResults;

namespace CloudIa.Api.OpenAi;

internal static class ModelsEndpoints
{
    public static void MapModels(this IEndpointRouteBuilder api)
    {
        api.MapGet("/v1/models", List).WithName("ListModels").WithTags("OpenAI").WithSummary("The models that may be asked, in OpenAI's shape.");
        api.MapGet("/v1/models/{*model}", Get).WithName("GetModel").WithTags("OpenAI").WithSummary("One model, in OpenAI's shape.");
    }

    private static JsonHttpResult<object> List(ModelNames models) =>
        TypedResults.Json<object>(new { @object = "list", data = models.All.Select(model => View(model.Name, model.Owner)) }, CompletionJson.Options);

    private static IResult Get(string model, ModelNames models)
    {
        var name = Uri.UnescapeDataString(model);
        return models.All.FirstOrDefault(known => known.Name == name) is { Name: not null } found
            ? TypedResults.Json(View(found.Name, found.Owner), CompletionJson.Options)
            : models.NotFound(name);
    }

    // When a model was made nobody here knows, and OpenAI's clients want a number.
    private static object View(string name, string owner) => new { id = name, @object = "model", created = 0, owned_by = owner };
}
