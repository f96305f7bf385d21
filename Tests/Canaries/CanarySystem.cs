using CloudIa.Api;
using CloudIa.Notifier;
using CloudIa.Processor;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace CloudIa.Tests.Canaries;

/// <summary>The four services as their programs build them, in this process, with everything logged into <see cref="Outputs"/>.</summary>
internal sealed class CanarySystem : IAsyncDisposable
{
    private readonly Dictionary<string, WebApplication> _apps = [];

    public IEnumerable<Uri> Addresses => _apps.Values.Select(x => new Uri(x.Urls.Single()));

    public WebApplication Api => _apps["api"];

    public Uri Notifier => new(_apps["notifier"].Urls.Single());

    public static async Task<CanarySystem> StartAsync(Dictionary<string, string?> settings, Outputs outputs)
    {
        var system = new CanarySystem();
        await system.AddAsync("api", settings, outputs, x => x.AddApi().AddBus(ApiServices.AddSagaReader), x => x.MapApi());
        await system.AddAsync("notifier", settings, outputs, x => x.AddNotifier().AddBus(NotifierServices.AddConsumers), x => x.MapNotifier());
        await system.AddAsync("processor", settings, outputs, x => x.AddProcessor().AddBus(ProcessorServices.AddConsumers), _ => { });
        await system.AddAsync("sagas", settings, outputs, x => x.AddSagas().AddBus(SagasServices.AddSagas, SagasServices.AddEndpoints), _ => { });
        foreach (var app in system._apps.Values)
            await Eventually.Is(() => app.Services.GetRequiredService<IBusControl>().CheckHealth().Status == BusHealthStatus.Healthy, "the bus is ready");
        return system;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps.Values)
            await app.DisposeAsync();
    }

    private async Task AddAsync(string name, Dictionary<string, string?> settings, Outputs outputs, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        // Development, since webhooks go to this machine; the login is the real one, by its authority.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddServiceDefaults(name);
        builder.Configuration.AddInMemoryCollection(new[]
        {
            "Default", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.Hosting", "System.Net.Http", "Microsoft.Extensions.Diagnostics.HealthChecks", "MassTransit",
        }.Select(x => KeyValuePair.Create<string, string?>($"Logging:LogLevel:{x}", "Trace")));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(outputs.Logs);
        add(builder);
        var app = builder.Build();
        app.CheckSettings();
        app.MapDefaultEndpoints();
        map(app);
        if (_apps.Count == 0)
            await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(TestContext.Current.CancellationToken);
        _apps[name] = app;
        await app.StartAsync(TestContext.Current.CancellationToken);
    }
}
