using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Sagas;
using CloudIa.Sagas.Erasing;
using CloudIa.Store;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using CloudIa.Tests.Store;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace CloudIa.Tests.Sagas.Erasing;

/// <summary>Erasing over a real table and Redis, with a clock that stands still and nobody who takes its commands.</summary>
public abstract class ErasureTest(StoreTableFixture store, StandInsFixture standIns) : RedisTest(standIns, RedisKind.Garnet)
{
    protected static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    protected static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private ServiceProvider _services = null!;

    protected StoreTableFixture Store => store;

    protected StandInsFixture StandIns { get; } = standIns;

    protected FakeTimeProvider Time { get; } = new(Start);

    private protected LogCollector Log { get; } = new();

    protected IServiceProvider Services => _services;

    protected ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    protected static JobOutcomeRecord Ended => new() { Outcome = JobOutcome.Cancelled, Attempt = 1, EndedAt = Start };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log))
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton(Redis)
            .AddSingleton(store.Jobs).AddSingleton(store.Erasures).AddSingleton(store.Data)
            .AddEventLog()
            .AddSingleton(Options.Create(new ErasureOptions { Grace = Grace }))
            .AddSingleton<Eraser>().AddSingleton<ErasureRound>()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddMassTransitTestHarness(TextWriter.Null, SagasServices.AddReader)
            .BuildServiceProvider(validateScopes: true);
        await Harness.Start();
    }

    public override async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<ErasureRecord> ErasureAsync(string user) => (await store.Erasures.GetAsync(user, null, Token))!;

    protected Task RoundAsync(Func<Task<bool>>? alive = null) => _services.GetRequiredService<ErasureRound>().RunAsync(alive ?? (() => Task.FromResult(true)), Token);

    protected Task<JobOutcomeRecord?> EndAsync(JobRecord job, JobOutcome outcome = JobOutcome.Cancelled) => store.Jobs.RecordOutcomeAsync(job.JobId, Ended with { Outcome = outcome }, Token);

    protected async Task<JobRecord> AcceptAsync(string user, bool ended, JobOutcome outcome = JobOutcome.Cancelled)
    {
        var job = new JobRecord
        {
            JobId = NewId.NextGuid(),
            UserId = user,
            ChatId = NewId.NextGuid(),
            Turn = 1,
            BodyHash = "hash",
            Prompt = "hello",
            AcceptedAt = Start,
        };
        await store.Jobs.TryAddAsync(job, Token);
        if (ended)
            await EndAsync(job, outcome);
        return job;
    }
}
