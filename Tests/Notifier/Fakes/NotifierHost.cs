using System.Net.WebSockets;
using CloudIa.EventLog;
using CloudIa.Notifier;
using CloudIa.ServiceDefaults.Login.Tickets;
using CloudIa.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NSubstitute;
using Xunit;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>Notifier on a free port of this machine, over ports in memory.</summary>
internal sealed class NotifierHost : IAsyncDisposable
{
    private WebApplication _app = null!;

    public FakeEventLog Log { get; } = new();

    public FakeJobStore Jobs { get; } = new();

    public IChatStore Chats { get; } = Substitute.For<IChatStore>();

    public FakeConnectionRegistry Registry { get; } = new();

    public FakeAcknowledgements Acknowledgements { get; } = new();

    public FakeWebhooks Webhooks { get; } = new();

    public LogCapture Logs { get; } = new();

    public Uri Http { get; private set; } = null!;

    public IServiceProvider Services => _app.Services;

    private static readonly string[] Sections = ["Listening:", "Limits:", "Cors:", "Http:"];

    public static Task<NotifierHost> StartAsync(params (string Key, string Value)[] settings) => StartOverAsync(_ => { }, settings);

    /// <param name="replace">May bring its own log, feed and registry.</param>
    /// <param name="settings">Of section <c>Notifier</c>, or of one of <see cref="Sections"/> where that is said.</param>
    public static async Task<NotifierHost> StartOverAsync(Action<IServiceCollection> replace, params (string Key, string Value)[] settings)
    {
        var host = new NotifierHost();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(host.Logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            settings.Select(x => KeyValuePair.Create(Sections.Any(section => x.Key.StartsWith(section, StringComparison.Ordinal)) ? x.Key : $"Notifier:{x.Key}", (string?)x.Value)).Prepend(new("Notifier:ResumeGrace", "00:00:00")));
        builder.Services.AddProblemDetails();
        replace(builder.Services);
        builder.Services.TryAddSingleton<IEventLog>(host.Log);
        builder.Services.TryAddSingleton<IEventFeed>(host.Log);
        builder.Services.TryAddSingleton<IConnectionRegistry>(host.Registry);
        builder.Services.TryAddSingleton<IAcknowledgements>(host.Acknowledgements);
        builder.Services.TryAddSingleton<IWebhookMarks>(host.Webhooks);
        builder.Services.AddSingleton<IWebhookStore>(host.Webhooks);
        builder.Services.AddSingleton<IDeliveryStore>(host.Webhooks);
        builder.Services.AddSingleton<IJobStore>(host.Jobs);
        builder.Services.AddSingleton(host.Chats);
        builder.Services.TryAddSingleton(Substitute.For<IApiKeyStore>());
        builder.Services.TryAddSingleton(Substitute.For<ITickets>());
        builder.AddNotifier();

        host._app = builder.Build();
        host._app.MapNotifier();
        await host._app.StartAsync(TestContext.Current.CancellationToken);
        host.Http = new Uri(host._app.Urls.Single());
        return host;
    }

    /// <summary>A job that its user may subscribe to.</summary>
    public ChatJob Job(string userId = "ana")
    {
        var job = new ChatJob(Log, userId);
        Jobs.Put(job.Record);
        return job;
    }

    /// <summary>A job of <c>ana</c>, under way, and the last one of its chat.</summary>
    public ChatJob LastJob(Guid chatId)
    {
        var job = new ChatJob(Log, "ana") { ChatId = chatId };
        Jobs.Put(job.Record with { IsOpen = true });
        Chats.GetAsync("ana", chatId, Arg.Any<CancellationToken>())
            .Returns(new ChatRecord { ChatId = chatId, Title = "", CreatedAt = default, UpdatedAt = default, Turns = 1, LastJobId = job.JobId });
        return job;
    }

    public async Task<WebSocketClient> ConnectAsync(
        string userId = "ana", string query = "", string path = NotifierPaths.WebSocket, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("X-Dev-User", userId);
        configure?.Invoke(socket.Options);
        var client = new WebSocketClient(socket);
        try
        {
            await socket.ConnectAsync(new UriBuilder(Http) { Scheme = "ws", Path = path, Query = query }.Uri, TestContext.Current.CancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public HubConnection Hub(string userId = "ana", string query = "") => new HubConnectionBuilder()
        .WithUrl(new UriBuilder(Http) { Path = NotifierPaths.Hub, Query = query }.Uri, x => x.Headers["X-Dev-User"] = userId)
        .Build();

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();

        // Shown with a test that failed.
        Logs.Lines.ToList().ForEach(x => TestContext.Current.TestOutputHelper?.WriteLine(x));
    }
}
