using System.Net.Http.Headers;
using CloudIa.Api;
using CloudIa.Notifier;
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
using Xunit;

namespace CloudIa.Tests.Login;

/// <summary>
/// Api and Notifier (the others have no endpoints) in one process and in Production, over the stand-ins and an authority of our own: the real pipeline. Nobody is behind the queues, which
/// other tests use too.
/// </summary>
public sealed class LoginHosts(StandInsFixture standIns) : IAsyncLifetime
{
    public const string Audience = "cloudia-test";
    private WebApplication _app = null!;

    internal TestAuthority Authority { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(_app.Urls.Single());

    public async ValueTask InitializeAsync()
    {
        Authority = await TestAuthority.StartAsync();
        _app = await StartAsync(standIns, new() { ["Login:Authority"] = Authority.Issuer, ["Login:Audiences:0"] = Audience });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Authority.DisposeAsync();
    }

    /// <summary>A client that sends a token, or none.</summary>
    public HttpClient Client(string? token) => ClientOf(_app, token);

    internal static HttpClient ClientOf(WebApplication app, string? token)
    {
        var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    internal static async Task<WebApplication> StartAsync(StandInsFixture standIns, Dictionary<string, string?> settings, string? environment = null, Action<WebApplicationBuilder>? change = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment ?? Environments.Production });
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
            // Long, for a busy machine.
            ["Login:AuthorityTimeout"] = "00:01:00",
            ["Llm:Providers:0:Type"] = "echo",
            ["EventLog:KeyPrefix"] = standIns.UniqueName("login") + ":",
            ["Notifier:ApiGateway:Endpoint"] = "https://gateway.invalid/stage",
            ["Notifier:ApiGateway:Region"] = StandInsFixture.Region,
            ["Notifier:ApiGateway:Secret"] = "a secret of the gateway",
            ["Notifier:ApiGateway:AccessKey"] = StandInsFixture.Key,
            ["Notifier:ApiGateway:SecretKey"] = StandInsFixture.Key,
        });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddServiceDefaults("login-test");
        builder.Logging.ClearProviders();
        change?.Invoke(builder);
        builder.AddApi();
        builder.AddNotifier();
        builder.AddBus(ApiServices.AddSagaReader);
        var app = builder.Build();
        app.CheckSettings();
        app.MapDefaultEndpoints();
        app.MapApi();
        app.MapNotifier();
        map?.Invoke(app);
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(TestContext.Current.CancellationToken);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
