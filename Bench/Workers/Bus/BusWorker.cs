using CloudIa.Bench.Jobs;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CloudIa.Bench.Workers.Bus;

/// <summary>MassTransit as this project's services use it: a state machine in Redis, commands to queues, events through topics.</summary>
internal sealed class BusWorker(WorkerTools tools) : IJobWorker
{
    private const string Step = "step-";

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging(x => x.SetMinimumLevel(LogLevel.Error).AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace))
        .AddSingleton(tools.Gate)
        .AddSingleton(new StepAddresses($"{tools.Names.Scope}-{Step}"))
        .AddMassTransit(x => Configure(x, tools))
        .BuildServiceProvider();

    private ISendEndpoint? _first;

    public async Task StartAsync()
    {
        var bus = _services.GetRequiredService<IBusControl>();
        bus.ConnectConsumeMessageObserver(new JobEnd(tools.Jobs));
        await bus.StartAsync();
        _first = await bus.GetSendEndpoint(new Uri($"queue:{tools.Names.StepQueue(1)}"));
    }

    public Task BeginAsync(IReadOnlyList<Guid> jobs) => Task.WhenAll(jobs.Select(x => _first!.Send(new RunStep1(x, Payload.Text))));

    private static void Configure(IBusRegistrationConfigurator bus, WorkerTools tools)
    {
        bus.DisableUsageTelemetry();
        bus.AddConsumer<StepConsumer>();
        bus.AddSagaStateMachine<JobStateMachine, JobSaga>().RedisRepository(r =>
        {
            r.ConnectionFactory(() => tools.Redis);
            r.KeyPrefix = tools.Names.KeyPrefix;
            r.Expiry = TimeSpan.FromHours(1);
            Outboxes.Use(tools.Options.Outbox, r);
        });
        if (tools.Options.Variant == Variants.Memory)
            bus.UsingInMemory((context, cfg) => AddEndpoints(context, cfg, tools));
        else
            bus.UsingAmazonSqs((context, cfg) => ConfigureSqs(context, cfg, tools));
    }

    private static void ConfigureSqs(IBusRegistrationContext context, IAmazonSqsBusFactoryConfigurator cfg, WorkerTools tools)
    {
        cfg.Host(WorkerTools.Region, h =>
        {
            h.AccessKey(WorkerTools.Key);
            h.SecretKey(WorkerTools.Key);
            h.Scope(tools.Names.Scope, scopeTopics: true);
            h.Config(tools.SqsConfig());
            h.Config(tools.SnsConfig());
        });
        AddEndpoints(context, cfg, tools);
    }

    private static void AddEndpoints(IBusRegistrationContext context, IBusFactoryConfigurator cfg, WorkerTools tools)
    {
        if (!tools.Options.Receives)
            return;

        for (var step = 1; step <= Names.Steps; step++)
        {
            cfg.ReceiveEndpoint(tools.Names.StepQueue(step), e =>
            {
                e.PrefetchCount = tools.Options.Prefetch;
                // Commands come by address.
                e.ConfigureConsumeTopology = false;
                e.ConfigureConsumer<StepConsumer>(context);
            });
        }

        cfg.ReceiveEndpoint(tools.Names.SagaQueue, e =>
        {
            e.PrefetchCount = tools.Options.Prefetch;
            // As the saga's own definition in Sagas/ has it.
            e.UseMessageRetry(r =>
            {
                r.Handle<ConcurrencyException>();
                r.Intervals(10, 50, 100, 200, 500);
            });
            Outboxes.Use(tools.Options.Outbox, e, context);
            e.ConfigureSaga<JobSaga>(context);
        });
    }
}
