using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
using CloudIa.Sagas.Deadlines;
using CloudIa.Sagas.Sweeping;
using CloudIa.Store;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudIa.Tests.Sagas.Sweeping;

/// <summary>Saga, sweeper and index as they are in production, in a Redis of their own; rows in memory, and a clock that stands still.</summary>
public abstract class SweepRig(StandInsFixture standIns) : RedisTest(standIns, RedisKind.Garnet)
{
    private ServiceProvider _services = null!;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    internal InMemoryJobStore Jobs { get; } = new();

    internal InMemoryEventLog Events { get; private set; } = null!;

    internal Sweep Sweep => _services.GetRequiredService<Sweep>();

    internal IDeadlineIndex Deadlines => _services.GetRequiredService<IDeadlineIndex>();

    internal ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Events = new InMemoryEventLog(Time);
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Redis)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddSingleton<IJobStore>(Jobs)
            .AddSingleton<IEventLog>(Events)
            .AddSingleton<CorruptSagas>()
            .AddSingleton<Sweep>()
            .AddMassTransitTestHarness(TextWriter.Null, bus =>
            {
                bus.SetKebabCaseEndpointNameFormatter();
                SagasServices.AddSagas(bus);
            })
            .BuildServiceProvider(validateScopes: true);
        await Harness.Start();
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A job with a row.</summary>
    protected JobRecord Accept()
    {
        var job = new JobRecord
        {
            JobId = NewId.NextGuid(),
            UserId = "ada",
            ChatId = NewId.NextGuid(),
            Turn = 1,
            BodyHash = "",
            Prompt = "hello",
            AcceptedAt = Time.GetUtcNow(),
            IsOpen = true,
            OpenSince = Time.GetUtcNow(),
        };
        Jobs[job.JobId] = job;
        return job;
    }

    protected async Task SendAsync<T>(T message)
        where T : class
    {
        var endpoint = await Harness.Bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(message, Token);
    }

    protected Task<ChatJobSaga?> SagaAsync(Guid jobId) => _services.GetRequiredService<ILoadSagaRepository<ChatJobSaga>>().Load(jobId)!;

    protected Task UntilAsync(Guid jobId, Func<ChatJobSaga, bool> condition, string what) =>
        Eventually.Is(async () => await SagaAsync(jobId) is { } saga && condition(saga), what);

    protected int Sent<T>(Guid jobId)
        where T : class => Harness.Sent.Select<T>(Token).Count(x => x.Context.CorrelationId == jobId || JobIdOf(x.Context.Message) == jobId);

    private static Guid? JobIdOf(object message) => message.GetType().GetProperty("JobId")?.GetValue(message) as Guid?;
}
