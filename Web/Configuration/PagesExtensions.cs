using CloudIa.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CloudIa.Web;

/// <summary>The pages that people open in a browser.</summary>
public static class PagesExtensions
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddSettings<WebOptions>(WebOptions.Section);
        services.AddSingleton<PageFiles>();
        services.AddSingleton<PagePolicy>();
        services.AddSingleton<PageServer>();
        return services;
    }

    /// <summary>For everybody: who is not logged in needs them to log in. There is nothing of a user in them.</summary>
    public static void MapPages(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var pages = endpoints.MapGroup("").AllowAnonymous().ExcludeFromDescription();
        foreach (var file in endpoints.ServiceProvider.GetRequiredService<PageFiles>().Named)
            pages.MapMethods(file.Route, Reading, (HttpContext http, PageServer server) => server.Serve(http, file));

        pages.MapMethods($"/{PageFile.AssetsFolder}{{file}}", Reading, (string file, HttpContext http, PageFiles files, PageServer server) =>
            files.Asset(file) is { } asset ? server.Serve(http, asset) : Results.NotFound());
        pages.MapGet("/web/config", PageConfig.Of);
    }
}
