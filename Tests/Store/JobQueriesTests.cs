using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

/// <summary>A table of its own: open and ended jobs are listed of all users.</summary>
public sealed class JobQueriesTests(StoreTableFixture store) : IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IJobQueries Queries => store.Services.GetRequiredService<IJobQueries>();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_of_a_state_are_listed_once_and_in_order_whatever_the_page(bool oldestFirst)
    {
        var user = $"{NewId.NextGuid():N}";
        var jobs = new List<JobRecord>();
        for (var n = 0; n < 57; n++)
            jobs.Add(await AddAsync(user, n, ended: JobOutcome.Expired));

        foreach (var limit in new[] { 1, 7, 100 })
        {
            var listed = await AllAsync(new JobQuery { State = JobListState.Expired, OldestFirst = oldestFirst }, limit);

            listed.Where(x => x.UserId == user).Select(x => x.JobId).ShouldBe((oldestFirst ? jobs : Enumerable.Reverse(jobs)).Select(x => x.JobId));
        }
    }

    [Fact]
    public async Task A_job_is_in_the_list_of_what_it_is_now()
    {
        var user = $"{NewId.NextGuid():N}";
        var job = await AddAsync(user, 0, ended: null);
        (await StatesAsync(job)).ShouldBe([JobListState.Open]);

        await EndAsync(job, 1, JobOutcome.Failed, JobFailures.ModelRefused.Code);
        (await StatesAsync(job)).ShouldBe([JobListState.Failed]);

        await store.Jobs.ReopenAsync(job.JobId, 1, Start, Token);
        (await StatesAsync(job)).ShouldBe([JobListState.Open]);

        await EndAsync(job, 2, JobOutcome.Completed, null);
        (await StatesAsync(job)).ShouldBe([JobListState.Completed]);

        (await store.Data.EraseJobAsync((await store.Jobs.GetAsync(job.JobId, Token))!, Start, Token)).ShouldBeTrue();
        (await StatesAsync(job)).ShouldBeEmpty("nothing is known of it any more");
        (await AllAsync(new JobQuery { ChatId = job.ChatId })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Failed_jobs_are_found_by_their_code_also_by_one_that_nobody_knows()
    {
        var user = $"{NewId.NextGuid():N}";
        foreach (var code in JobFailures.Codes.Append("of_tomorrow"))
            await AddAsync(user, 0, JobOutcome.Failed, code);

        foreach (var code in new[] { JobFailures.ModelUnavailable.Code, JobFailures.CircuitOpen.Code, "of_tomorrow" })
        {
            (await AllAsync(new JobQuery { State = JobListState.Failed, FailureCode = code })).Where(x => x.UserId == user)
                .ShouldHaveSingleItem().Outcome!.FailureCode.ShouldBe(code);
        }

        (await AllAsync(new JobQuery { State = JobListState.Failed })).Count(x => x.UserId == user).ShouldBe(JobFailures.Codes.Count + 1);
    }

    [Fact]
    public async Task A_user_and_a_chat_have_their_own_and_a_time_cuts_them()
    {
        var (user, chat) = ($"{NewId.NextGuid():N}", NewId.NextGuid());
        var first = await AddAsync(user, 1, JobOutcome.Completed, chat: chat);
        var second = await AddAsync(user, 2, ended: null);
        var third = await AddAsync(user, 3, JobOutcome.Failed, JobFailures.ModelRefused.Code, chat);

        (await IdsAsync(new JobQuery { UserId = user })).ShouldBe([third.JobId, second.JobId, first.JobId]);
        (await IdsAsync(new JobQuery { UserId = user, State = JobListState.Open })).ShouldBe([second.JobId]);
        (await IdsAsync(new JobQuery { UserId = user, From = first.AcceptedAt.AddTicks(1), To = third.AcceptedAt })).ShouldBe([second.JobId]);
        (await IdsAsync(new JobQuery { UserId = user, From = first.AcceptedAt, To = first.AcceptedAt.AddTicks(1) })).ShouldBe([first.JobId]);
        (await IdsAsync(new JobQuery { ChatId = chat })).ShouldBe([third.JobId, first.JobId]);
        (await IdsAsync(new JobQuery { ChatId = chat, UserId = user, State = JobListState.Failed })).ShouldBe([third.JobId]);
        (await IdsAsync(new JobQuery { UserId = user, From = third.AcceptedAt, To = first.AcceptedAt })).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_reads_so_much_and_no_more_where_few_fit()
    {
        var user = $"{NewId.NextGuid():N}";
        for (var n = 0; n < JobQuery.MostRead + 30; n++)
            await AddAsync(user, n, ended: null);
        var last = await AddAsync(user, -1, JobOutcome.Completed);

        var page = await Queries.ListAsync(new JobQuery { UserId = user, State = JobListState.Completed }, 10, null, Token);

        page.Items.ShouldBeEmpty();
        page.Next.ShouldNotBeNull();
        (await Queries.ListAsync(new JobQuery { UserId = user, State = JobListState.Completed }, 10, page.Next, Token)).Items.ShouldHaveSingleItem().JobId.ShouldBe(last.JobId);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("YWJj")]
    [InlineData("MjAyNnxVU0VSI2E")]
    public async Task A_cursor_of_another_list_is_refused(string cursor) =>
        await Should.ThrowAsync<InvalidCursorException>(() => Queries.ListAsync(new JobQuery { State = JobListState.Open }, 10, cursor, Token));

    [Fact]
    public async Task No_words_are_read()
    {
        var user = $"{NewId.NextGuid():N}";
        var job = await AddAsync(user, 0, ended: null);

        var listed = (await AllAsync(new JobQuery { UserId = user })).ShouldHaveSingleItem();

        listed.ShouldBe(JobSummary.Of((await store.Jobs.GetAsync(job.JobId, Token))!));
        listed.TraceId.ShouldBe("0af7651916cd43dd8448eb211c80319c");
    }

    private async Task<IReadOnlyList<JobListState>> StatesAsync(JobRecord job)
    {
        var states = new List<JobListState>();
        foreach (var state in Enum.GetValues<JobListState>())
        {
            if ((await AllAsync(new JobQuery { State = state })).Any(x => x.JobId == job.JobId))
                states.Add(state);
        }

        return states;
    }

    private async Task<IEnumerable<Guid>> IdsAsync(JobQuery query) => (await AllAsync(query)).Select(x => x.JobId);

    private async Task<List<JobSummary>> AllAsync(JobQuery query, int limit = 100)
    {
        var all = new List<JobSummary>();
        string? cursor = null;
        do
        {
            var page = await Queries.ListAsync(query, limit, cursor, Token);
            page.Items.Count.ShouldBeLessThanOrEqualTo(limit);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    private async Task<JobRecord> AddAsync(string user, int minute, JobOutcome? ended, string? failureCode = null, Guid? chat = null)
    {
        var job = new JobRecord
        {
            JobId = NewId.NextGuid(),
            UserId = user,
            ChatId = chat ?? NewId.NextGuid(),
            Turn = 1,
            BodyHash = "hash",
            Prompt = "words",
            AcceptedAt = Start.AddMinutes(minute),
            TraceId = "0af7651916cd43dd8448eb211c80319c",
        };
        (await store.Jobs.TryAddAsync(job, Token)).ShouldBeTrue();
        if (ended is { } outcome)
            await EndAsync(job, 1, outcome, failureCode);
        return job;
    }

    private Task<JobOutcomeRecord?> EndAsync(JobRecord job, int attempt, JobOutcome outcome, string? failureCode) => store.Jobs.RecordOutcomeAsync(
        job.JobId, new JobOutcomeRecord { Outcome = outcome, Attempt = attempt, EndedAt = job.AcceptedAt.AddSeconds(attempt), FailureCode = failureCode }, Token);
}
