using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Limits;
using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Store;
using CloudIa.Tests.Processor.Fakes;
using MassTransit;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.Processor;

/// <summary>The processor on MassTransit's test harness, with its stores in memory and delays of milliseconds.</summary>
internal sealed class ProcessorDriver : IAsyncDisposable
{
    private readonly IHost _host;

    private ProcessorDriver(IHost host, InMemoryEventLog events, LogCollector logs)
    {
        _host = host;
        Events = events;
        Logs = logs;
    }

    public InMemoryEventLog Events { get; }

    public InMemoryJobStore Jobs { get; } = new();

    public InMemoryChatStore Chats { get; } = new();

    public InMemoryUsageStore Usages { get; } = new();

    public RecordingLimits Limits { get; } = new();

    public BusRecorder Bus { get; } = new();

    public LogCollector Logs { get; }

    public IBus MassTransit => _host.Services.GetRequiredService<IBus>();

    public static async Task<ProcessorDriver> StartAsync(IChatClient? model = null, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Processor:RetryDelay"] = "00:00:00.001",
            ["Processor:RetryLimit"] = "1",
            ["Processor:RedeliveryDelay"] = "00:00:00.001",
            ["Processor:RedeliveryLimit"] = "2",
            ["Processor:BusyPatience"] = "00:01:00",
            ["Processor:DeltaWindow"] = "00:00:00.001",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value));

        var logs = new LogCollector();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(logs);

        var driver = default(ProcessorDriver);
        var events = new InMemoryEventLog(TimeProvider.System);
        builder.AddProcessor();
        if (model is not null)
        {
            builder.Services.Replace(ServiceDescriptor.Singleton(new ModelCatalog([new ModelChoice("scripted", "scripted", model)])));
        }

        builder.Services.AddSingleton<IEventLog>(events);
        builder.Services.AddSingleton<IRunStops>(events);
        builder.Services.AddSingleton<IJobStore>(_ => driver!.Jobs);
        builder.Services.AddSingleton<IChatStore>(_ => driver!.Chats);
        builder.Services.AddSingleton<IUsageStore>(_ => driver!.Usages);
        builder.Services.AddSingleton<ILimits>(_ => driver!.Limits);
        builder.Services.AddMassTransitTestHarness(bus =>
        {
            ProcessorServices.AddConsumers(bus);
            bus.SetTestTimeouts(testInactivityTimeout: TimeSpan.FromSeconds(20));
            bus.UsingInMemory((context, memory) =>
            {
                memory.UseDelayedMessageScheduler();
                memory.ConfigureEndpoints(context);
            });
        });

        var host = builder.Build();
        driver = new ProcessorDriver(host, events, logs);
        await host.StartAsync();
        driver.MassTransit.ConnectPublishObserver(driver.Bus);
        host.Services.GetRequiredService<IBusControl>().ConnectReceiveObserver(driver.Bus);
        return driver;
    }

    /// <summary>The row of an accepted job.</summary>
    public JobRecord Accept(string prompt = "Why is the sky blue?", JobRecord? after = null)
    {
        var job = new JobRecord
        {
            JobId = NewId.NextGuid(),
            UserId = "ana",
            ChatId = after?.ChatId ?? NewId.NextGuid(),
            Turn = (after?.Turn ?? 0) + 1,
            BodyHash = "",
            Prompt = prompt,
            AcceptedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            IsOpen = true,
        };
        Jobs[job.JobId] = job;
        return job;
    }

    public async Task SendAsync<T>(string queue, T message)
        where T : class
    {
        var endpoint = await MassTransit.GetSendEndpoint(ChatJobQueues.Address(queue));
        await endpoint.Send(message);
    }

    public Task ReceiveAsync(JobRecord job, int attempt = 1) =>
        SendAsync(ChatJobQueues.ReceiveMessage, new ReceiveMessage { JobId = job.JobId, Attempt = attempt });

    public Task InvokeAsync(JobRecord job, int attempt = 1, string? model = null) =>
        SendAsync(ChatJobQueues.InvokeLlm, new InvokeLlm { JobId = job.JobId, Attempt = attempt, Model = model });

    public Task PersistAsync(JobRecord job, JobOutcome outcome, string? failure = null, int attempt = 1) => SendAsync(
        ChatJobQueues.PersistMessage, new PersistMessage { JobId = job.JobId, Attempt = attempt, Outcome = outcome, FailureCode = failure });

    /// <summary>As a host does that shuts down.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
