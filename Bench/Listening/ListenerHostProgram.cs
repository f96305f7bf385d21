using System.Diagnostics;
using System.Net;
using System.Text.Json;
using CloudIa.Bench.Workers;
using CloudIa.Local.Hosting;
using CloudIa.Notifier;
using CloudIa.ServiceDefaults;
using CloudIa.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudIa.Bench.Listening;

/// <summary>One of <see cref="ListenerHosts"/>. It says where it listens, answers commands, and ends with its standard input.</summary>
internal static class ListenerHostProgram
{
    private const int MinThreads = 16;

    /// <param name="arguments">The verb, the host, and settings such as <c>--Redis:ConnectionString=…</c>.</param>
    public static async Task RunAsync(string[] arguments)
    {
        // As Local does: two cores' default of two threads stalls at the first burst.
        ThreadPool.SetMinThreads(MinThreads, MinThreads);
        await using var app = Build(arguments[1], arguments[2..]);
        if (app.Services.GetService<IStoreTable>() is { } table && arguments[1] == ListenerHosts.System)
            await table.EnsureCreatedAsync(CancellationToken.None);
        await app.StartAsync();
        await AnswerAsync(new WorkerAnswer { Address = app.Urls.Single() });
        using var self = Process.GetCurrentProcess();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (JsonSerializer.Deserialize<WorkerCommand>(line)!.Do == WorkerVerb.Collect)
            {
                // Also gives back what is free: what the process then has is what it needs.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }

            self.Refresh();
            await AnswerAsync(new WorkerAnswer
            {
                Stats = new WorkerStats
                {
                    CpuMilliseconds = Environment.CpuUsage.TotalTime.TotalMilliseconds,
                    AllocatedBytes = GC.GetTotalAllocatedBytes(),
                    HeapBytes = GC.GetTotalMemory(forceFullCollection: false),
                    ResidentBytes = self.WorkingSet64,
                },
            });
        }
    }

    private static WebApplication Build(string host, string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddCommandLine(settings);
        switch (host)
        {
            case ListenerHosts.Notifier:
                builder.AddServiceDefaults(host);
                builder.AddNotifier();
                break;
            case ListenerHosts.System:
                builder.AddServiceDefaults(host);
                builder.AddAllServices();
                break;
            case ListenerHosts.BareSignalR:
                builder.Services.AddSignalR();
                break;
        }

        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        switch (host)
        {
            case ListenerHosts.System:
                app.MapAllServices();
                break;
            case ListenerHosts.Notifier:
                app.MapNotifier();
                break;
            case ListenerHosts.BareSignalR:
                app.MapHub<EmptyHub>("/hub");
                break;
            case ListenerHosts.BareWebSocket:
                app.UseWebSockets();
                app.Map("/ws", WaitAsync);
                break;
            case ListenerHosts.Model:
                app.MapPost("/v1/chat/completions", SteadyModel.AnswerAsync);
                break;
            default:
                throw new InvalidOperationException($"There is no host '{host}'.");
        }

        return app;
    }

    private static async Task WaitAsync(Microsoft.AspNetCore.Http.HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.ReceiveAsync(Memory<byte>.Empty, context.RequestAborted);
    }

    private static async Task AnswerAsync(WorkerAnswer answer)
    {
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(answer));
        await Console.Out.FlushAsync();
    }

    private sealed class EmptyHub : Hub;
}
