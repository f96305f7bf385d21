using CloudIa.ServiceDefaults;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>What every service has in front of its own endpoints, over a real Kestrel in Production.</summary>
internal static class EdgeHost
{
    public static async Task<WebApplication> StartAsync(StandInsFixture standIns, LogCollector? logs = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { ["Redis:ConnectionString"] = await standIns.GarnetConnectionString() }.Concat(settings.Select(x => KeyValuePair.Create<string, string?>(x.Key, x.Value))));
        builder.AddServiceDefaults("edge-test");
        builder.Logging.ClearProviders();
        if (logs is not null)
            builder.Logging.AddProvider(logs);
        var app = builder.Build();
        app.CheckSettings();
        app.MapDefaultEndpoints();
        app.MapGet("/from", (HttpContext context) => $"{context.Request.Scheme} {context.Request.Host} {context.Connection.RemoteIpAddress}");
        app.MapGet("/throws", string () => throw new InvalidOperationException("secret-of-the-exception"));
        app.MapMethods("/things/{id}", ["GET", "DELETE"], (string id) => $"It is {id}.");
        app.MapGet("/begins", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException("secret-of-the-exception");
        });
        app.MapPost("/body", async (HttpContext context) =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            return "read";
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
