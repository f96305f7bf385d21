using System.Net.Http.Headers;
using CloudIa.Api;
using CloudIa.EventLog;
using CloudIa.EventLog.Redis;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>The Api service as its Program builds it, over the stand-ins, with nobody behind its queue.</summary>
public sealed class ApiFixture(StandInsFixture standIns) : IAsyncLifetime
{
    private WebApplication _app = null!;

    public IServiceProvider Services => _app.Services;

    public async ValueTask InitializeAsync()
    {
        _app = await StartAsync(standIns, new Dictionary<string, string?>());
        await _app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>A job's log expires.</summary>
    internal Task ForgetLogAsync(Guid jobId) => Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase().KeyDeleteAsync(
        new EventLogKeys(Services.GetRequiredService<IOptions<EventLogOptions>>().Value.KeyPrefix).OfJob(jobId));

    /// <summary>A client that is this user.</summary>
    public HttpClient Client(string user) => ClientOf(_app, user);

    internal static HttpClient ClientOf(WebApplication app, string user)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.Add("X-Dev-User", user);
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return client;
    }

    /// <param name="map">Adds endpoints.</param>
    /// <param name="add">Adds services, before the host's own.</param>
    internal static async Task<WebApplication> StartAsync(StandInsFixture standIns, Dictionary<string, string?> changes, Action<WebApplication>? map = null,
        Action<IServiceCollection>? add = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Messaging:ServiceUrl"] = (await standIns.SqsUrl()).ToString(),
            ["Messaging:AccessKey"] = StandInsFixture.Key,
            ["Messaging:SecretKey"] = StandInsFixture.Key,
            ["Messaging:WaitTimeSeconds"] = "1",
            ["Store:ServiceUrl"] = (await standIns.DynamoDbUrl()).ToString(),
            ["Store:AccessKey"] = StandInsFixture.Key,
            ["Store:SecretKey"] = StandInsFixture.Key,
            ["Store:TableName"] = standIns.UniqueName("table"),
            ["Redis:ConnectionString"] = await standIns.GarnetConnectionString(),
        });
        builder.Configuration.AddInMemoryCollection(changes);
        add?.Invoke(builder.Services);
        builder.AddServiceDefaults("api");
        builder.Logging.ClearProviders();
        builder.AddApi();
        builder.AddBus(ApiServices.AddSagaReader);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapApi();
        map?.Invoke(app);
        await app.StartAsync();
        return app;
    }
}
