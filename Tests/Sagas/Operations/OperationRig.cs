using CloudIa.Contracts;
using CloudIa.Sagas.DeadLetters;
using CloudIa.Sagas.Operations;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Store;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CloudIa.Tests.Sagas.Operations;

/// <summary>Operations as Sagas carries them out, over a table of their own and a bus in memory.</summary>
internal sealed class OperationRig : IAsyncDisposable
{
    private readonly StoreTableFixture _store;
    private readonly ServiceProvider _services;

    private OperationRig(StoreTableFixture store, ServiceProvider services) => (_store, _services) = (store, services);

    public IFailureStore Failures => _store.Failures;

    public IJobStore Jobs => _store.Jobs;

    public IErasureStore Erasures => _store.Erasures;

    public IJobQueries Queries => _store.Services.GetRequiredService<IJobQueries>();

    public IOperationStore Operations => _store.Operations;

    public IBus Bus => _services.GetRequiredService<IBus>();

    public ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<OperationRig> StartAsync(StandInsFixture standIns)
    {
        var store = new StoreTableFixture(standIns);
        await store.InitializeAsync();
        var services = new ServiceCollection().AddMassTransitTestHarness(TextWriter.Null, _ => { }).BuildServiceProvider();
        await services.GetRequiredService<ITestHarness>().Start();
        return new(store, services);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <param name="wrap">Around each kind's work.</param>
    public OperationRun Run(Func<IOperationWork, IOperationWork>? wrap = null)
    {
        var time = TimeProvider.System;
        IOperationWork[] works =
        [
            new RetryDeadLetters(Failures, new Redrive(Failures, Bus, time)), new DiscardDeadLetters(Failures, time),
            new CancelJobs(Jobs, Queries, Bus), new ExpireJobs(Jobs, Queries, Bus), new RetryJobs(Jobs, Queries, Erasures, Bus, time),
        ];
        return new(Operations, [.. works.Select(wrap ?? (x => x))], time, NullLogger<OperationRun>.Instance);
    }

    public async Task<OperationRecord> BeginAsync(string kind, OperationFilter filter)
    {
        var now = TimeProvider.System.GetUtcNow();
        var operation = new OperationRecord
        {
            Id = Guid.CreateVersion7(now),
            Kind = kind,
            Filter = filter,
            RatePerSecond = 100,
            UserId = "boss",
            CreatedAt = now,
        };
        await Operations.AddAsync(operation, Token);
        return operation;
    }

    public async Task<OperationRecord> ReadAsync(OperationRecord operation) => (await Operations.GetAsync(operation.Id, Token))!;

    public async Task<List<FailureRecord>> AddLettersAsync(int count, string? place = null)
    {
        List<FailureRecord> all = [];
        for (var n = 0; n < count; n++)
        {
            var failure = new FailureRecord
            {
                Queue = ChatJobQueues.NotifyClient,
                Kind = FailureKinds.Error,
                MessageId = NewId.NextGuid().ToString("N"),
                At = TimeProvider.System.GetUtcNow().AddMinutes(-5),
                JobId = NewId.NextGuid(),
                Place = place,
                Body = """{"message":{}}""",
            };
            await Failures.AddAsync(failure, Token);
            all.Add(failure);
        }

        return all;
    }

    /// <summary>The ids of the dead letters' messages that were sent.</summary>
    public List<string> SentLetters() => [.. Harness.Sent.Select(_ => true, Token).Select(x => x.Context.MessageId!.Value.ToString("N"))];
}
