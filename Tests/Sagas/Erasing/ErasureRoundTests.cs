using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Sagas;
using CloudIa.Sagas.ChatJob;
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
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas.Erasing;

/// <summary>Rounds over the real table and Redis, and a clock that stands still; nobody takes its commands.</summary>
public sealed class ErasureRoundTests(StoreTableFixture store, StandInsFixture standIns) : RedisTest(standIns, RedisKind.Garnet), IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly StandInsFixture _standIns = standIns;
    private readonly LogCollector _log = new();
    private ServiceProvider _services = null!;

    private ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(_log))
            .AddSingleton<TimeProvider>(_time)
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

    [Fact]
    public async Task It_is_completed_when_nothing_more_was_found_for_the_grace_and_what_comes_until_then_goes_too()
    {
        var user = _standIns.UniqueName("user");
        var first = await AcceptAsync(user, ended: true);
        await store.Erasures.BeginAsync(user, null, Start, Token);
        await RoundAsync();
        (await store.Jobs.GetAsync(first.JobId, Token))!.ErasedAt.ShouldBe(Start);
        (await ErasureAsync(user)).ClearSince.ShouldBeNull();
        await RoundAsync();
        (await ErasureAsync(user)).ClearSince.ShouldBe(Start);

        // A request that had begun before the erasure: nobody looks before the grace is over.
        var late = await AcceptAsync(user, ended: true);
        _time.Advance(Grace - TimeSpan.FromTicks(1));
        await RoundAsync();
        (await store.Jobs.GetAsync(late.JobId, Token))!.ErasedAt.ShouldBeNull();
        _time.Advance(TimeSpan.FromTicks(1));
        await RoundAsync();
        (await store.Jobs.GetAsync(late.JobId, Token))!.ErasedAt.ShouldBe(Start + Grace);
        (await ErasureAsync(user)).ShouldBe(new ErasureRecord { UserId = user, ChatId = null, RequestedAt = Start }, "the grace begins anew");

        await RoundAsync();
        _time.Advance(Grace);
        await RoundAsync();
        (await ErasureAsync(user)).CompletedAt.ShouldBe(_time.GetUtcNow());
    }

    [Fact]
    public async Task Who_has_lost_the_lease_leaves_off_and_another_goes_on()
    {
        var user = _standIns.UniqueName("user");
        var jobs = new List<JobRecord>();
        for (var n = 0; n < 30; n++)
            jobs.Add(await AcceptAsync(user, ended: true));
        await store.Erasures.BeginAsync(user, null, Start, Token);

        var asked = 0;
        await RoundAsync(() => Task.FromResult(Interlocked.Increment(ref asked) <= 5));
        (await ErasedAsync()).ShouldBeLessThan(30);
        (await ErasureAsync(user)).ClearSince.ShouldBeNull();
        await RoundAsync();
        (await ErasedAsync()).ShouldBe(30);

        async Task<int> ErasedAsync() => (await Task.WhenAll(jobs.Select(x => store.Jobs.GetAsync(x.JobId, Token)))).Count(x => x!.ErasedAt is not null);
    }

    [Fact]
    public async Task A_job_that_runs_is_told_to_end_and_waited_for()
    {
        var (user, other) = (_standIns.UniqueName("user"), _standIns.UniqueName("user"));
        var (open, others) = (await AcceptAsync(user, ended: false), await AcceptAsync(other, ended: false));
        await store.Erasures.BeginAsync(user, null, Start, Token);
        await RoundAsync();
        (await Harness.Sent.SelectAsync<CancelChatJob>(Token).First()).Context.Message.JobId.ShouldBe(open.JobId);

        await RoundAsync();
        _time.Advance(Grace + Grace);
        await RoundAsync();
        (await ErasureAsync(user)).ShouldBe(new ErasureRecord { UserId = user, ChatId = null, RequestedAt = Start }, "it is neither clear nor completed");
        (await store.Jobs.GetAsync(open.JobId, Token))!.Prompt.ShouldBe("hello");

        await EndAsync(open);
        await RoundAsync();
        (await store.Jobs.GetAsync(open.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        (await store.Jobs.GetAsync(others.JobId, Token))!.ErasedAt.ShouldBeNull();
        Harness.Sent.Select<CancelChatJob>(Token).ShouldAllBe(x => x.Context.Message.JobId == open.JobId);
    }

    [Fact]
    public async Task A_job_whose_end_has_yet_to_be_told_is_waited_for()
    {
        var user = _standIns.UniqueName("user");
        var job = await AcceptAsync(user, ended: true);
        await store.Erasures.BeginAsync(user, null, Start, Token);
        var key = $"{SagasServices.KeyPrefix}:{job.JobId}";
        await Database.StringSetAsync(key, Saga(job, nameof(ChatJobStateMachine.Notifying)));
        await RoundAsync();
        (await store.Jobs.GetAsync(job.JobId, Token))!.ErasedAt.ShouldBeNull();

        await Database.StringSetAsync(key, Saga(job, nameof(ChatJobStateMachine.Cancelled)));
        await RoundAsync();

        (await store.Jobs.GetAsync(job.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        Harness.Sent.Select<CancelChatJob>(Token).ShouldBeEmpty("it has ended");
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_holds_up_no_other_user()
    {
        var (broken, whole) = (_standIns.UniqueName("user"), _standIns.UniqueName("user"));
        var unreadable = await AcceptAsync(broken, ended: true, outcome: (JobOutcome)77);
        var job = await AcceptAsync(whole, ended: true);
        await store.Erasures.BeginAsync(broken, null, Start, Token);
        await store.Erasures.BeginAsync(whole, null, Start.AddSeconds(1), Token);

        await RoundAsync();

        (await store.Jobs.GetAsync(job.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        _log.Lines.ShouldContain(x => x.Contains("does not get on", StringComparison.Ordinal));
        _log.Lines.Where(x => x.Contains("rasure", StringComparison.Ordinal)).ShouldAllBe(x => !x.Contains(broken, StringComparison.Ordinal) && !x.Contains(whole, StringComparison.Ordinal));
        (await store.Data.EraseJobAsync(unreadable with { IsOpen = false, Outcome = Ended }, Start, Token)).ShouldBeTrue("else it would be in the way of other tests");
    }

    [Fact]
    public async Task A_user_goes_before_chats_that_others_want_deleted()
    {
        var (user, other) = (_standIns.UniqueName("user"), _standIns.UniqueName("user"));
        var (mine, others) = (await AcceptAsync(user, ended: true), await AcceptAsync(other, ended: true));
        await store.Erasures.BeginAsync(other, others.ChatId, Start, Token);
        await store.Erasures.BeginAsync(user, null, Start.AddSeconds(1), Token);

        // The lease is lost after the first.
        await RoundAsync(async () => (await store.Jobs.GetAsync(mine.JobId, Token))!.ErasedAt is null);

        (await store.Jobs.GetAsync(mine.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        (await store.Jobs.GetAsync(others.JobId, Token))!.ErasedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Of_a_deleted_chat_the_jobs_go_and_those_of_other_chats_stay()
    {
        var user = _standIns.UniqueName("user");
        var (gone, kept) = (await AcceptAsync(user, ended: true), await AcceptAsync(user, ended: true));
        await Redis.GetDatabase().StringSetAsync(ContextKey.Of("cloudia:", gone.ChatId), "words");
        await Redis.GetDatabase().StringSetAsync(ContextKey.Of("cloudia:", kept.ChatId), "words");
        await store.Erasures.BeginAsync(user, gone.ChatId, Start, Token);

        await RoundAsync();

        (await store.Jobs.GetAsync(gone.JobId, Token))!.ErasedAt.ShouldNotBeNull();
        (await Redis.GetDatabase().KeyExistsAsync(ContextKey.Of("cloudia:", gone.ChatId))).ShouldBeFalse();
        (await store.Jobs.GetAsync(kept.JobId, Token))!.Prompt.ShouldBe("hello");
        (await Redis.GetDatabase().KeyExistsAsync(ContextKey.Of("cloudia:", kept.ChatId))).ShouldBeTrue();
    }

    private static string Saga(JobRecord job, string state) =>
        $$"""{"correlationId":"{{job.JobId}}","version":1,"currentState":"{{state}}","userId":"{{job.UserId}}","attempt":1}""";

    private static JobOutcomeRecord Ended => new() { Outcome = JobOutcome.Cancelled, Attempt = 1, EndedAt = Start };

    private async Task<ErasureRecord> ErasureAsync(string user) => (await store.Erasures.GetAsync(user, null, Token))!;

    private Task RoundAsync(Func<Task<bool>>? alive = null) => _services.GetRequiredService<ErasureRound>().RunAsync(alive ?? (() => Task.FromResult(true)), Token);

    private Task<JobOutcomeRecord?> EndAsync(JobRecord job, JobOutcome outcome = JobOutcome.Cancelled) => store.Jobs.RecordOutcomeAsync(job.JobId, Ended with { Outcome = outcome }, Token);

    private async Task<JobRecord> AcceptAsync(string user, bool ended, JobOutcome outcome = JobOutcome.Cancelled)
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
