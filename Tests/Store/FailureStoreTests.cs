using CloudIa.Store;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class FailureStoreTests(StoreTableFixture store) : IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failure_is_with_its_job_and_one_message_is_one_failure()
    {
        var failure = Failure();
        await store.Failures.AddAsync(failure with { At = Now.AddDays(-1) }, Token);
        await store.Failures.AddAsync(failure, Token);
        await store.Failures.AddAsync(Failure() with { JobId = failure.JobId, Queue = "persist-message" }, Token);

        var all = await store.Failures.ListOfJobAsync(failure.JobId!.Value, Token);
        all.Count.ShouldBe(2);
        all.ShouldContain(failure);
        (await store.Failures.ListOfJobAsync(NewId.NextGuid(), Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_failures_are_listed_newest_first_page_by_page_until_somebody_has_seen_to_them()
    {
        var failures = Enumerable.Range(0, 7).Select(i => Failure() with { At = Now.AddMinutes(-i), JobId = i == 3 ? null : NewId.NextGuid() }).ToList();
        foreach (var failure in failures)
            await store.Failures.AddAsync(failure, Token);

        (await OpenAsync()).Where(x => failures.Contains(x)).ShouldBe(failures);

        (await store.Failures.DiscardAsync(failures[2], Now, Token)).ShouldBeTrue();
        (await OpenAsync()).ShouldNotContain(x => x.MessageId == failures[2].MessageId);
        (await store.Failures.ListOfJobAsync(failures[2].JobId!.Value, Token)).ShouldHaveSingleItem().State.ShouldBe(FailureState.Discarded);
    }

    [Fact]
    public async Task Of_many_who_claim_a_failure_one_gets_it_and_nobody_discards_it_meanwhile()
    {
        var failure = Failure();
        await store.Failures.AddAsync(failure, Token);

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => store.Failures.TryClaimAsync(failure, $"{n}", Now, Token)));

        claims.Count(x => x).ShouldBe(1);
        var claim = $"{Array.IndexOf(claims, true)}";
        (await store.Failures.DiscardAsync(failure, Now, Token)).ShouldBeFalse();
        (await store.Failures.CompleteAsync(failure, "another", Now, Token)).ShouldBeFalse();
        (await store.Failures.CompleteAsync(failure, claim, Now, Token)).ShouldBeTrue();
        (await store.Failures.TryClaimAsync(failure, claim, Now.AddDays(1), Token)).ShouldBeFalse("it was sent");
        (await store.Failures.GetAsync(failure.Id, Token)).ShouldBe(failure with { State = FailureState.Retried, ChangedAt = Now });
    }

    [Fact]
    public async Task A_claim_ends_when_it_is_given_back_or_its_owner_has_died()
    {
        var failure = Failure();
        await store.Failures.AddAsync(failure, Token);

        (await store.Failures.TryClaimAsync(failure, "one", Now, Token)).ShouldBeTrue();
        await store.Failures.ReleaseAsync(failure, "another", Token);
        (await store.Failures.TryClaimAsync(failure, "two", Now, Token)).ShouldBeFalse();
        await store.Failures.ReleaseAsync(failure, "one", Token);
        (await store.Failures.TryClaimAsync(failure, "two", Now, Token)).ShouldBeTrue();
        (await store.Failures.TryClaimAsync(failure, "three", Now.AddMinutes(1), Token)).ShouldBeFalse();
        (await store.Failures.TryClaimAsync(failure, "three", Now.AddMinutes(1).AddTicks(1), Token)).ShouldBeTrue("who had it is dead");
        (await store.Failures.CompleteAsync(failure, "two", Now, Token)).ShouldBeFalse("it is another's now");
    }

    [Fact]
    public async Task What_fails_again_while_it_is_completed_stays_open()
    {
        var failure = Failure();
        await store.Failures.AddAsync(failure, Token);
        (await store.Failures.TryClaimAsync(failure, "one", Now, Token)).ShouldBeTrue();
        var again = failure with { At = Now.AddSeconds(1) };
        await store.Failures.AddAsync(again, Token);

        (await store.Failures.CompleteAsync(failure, "one", Now, Token)).ShouldBeFalse();

        (await store.Failures.GetAsync(failure.Id, Token)).ShouldBe(again);
    }

    [Fact]
    public async Task A_discarded_failure_is_listed_as_such_and_can_be_restored()
    {
        var failure = Failure();
        await store.Failures.AddAsync(failure, Token);
        (await store.Failures.RestoreAsync(failure, Now, Token)).ShouldBeFalse();
        (await store.Failures.DiscardAsync(failure, Now, Token)).ShouldBeTrue();
        (await store.Failures.DiscardAsync(failure, Now, Token)).ShouldBeFalse("twice does nothing");
        (await store.Failures.TryClaimAsync(failure, "one", Now, Token)).ShouldBeFalse();
        (await store.Failures.ListAsync(new() { State = FailureState.Discarded }, 100, null, Token)).Items.ShouldContain(x => x.Id == failure.Id);

        (await store.Failures.RestoreAsync(failure, Now, Token)).ShouldBeTrue();

        (await store.Failures.ListAsync(new() { State = FailureState.Discarded }, 100, null, Token)).Items.ShouldNotContain(x => x.Id == failure.Id);
        (await store.Failures.TryClaimAsync(failure, "one", Now, Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_filtered_list_has_all_that_match_and_no_others_page_by_page()
    {
        var place = $"CloudIa.Place{NewId.NextGuid():N}";
        var failures = Enumerable.Range(0, 20).Select(i => Failure() with { At = Now.AddMinutes(-i), Place = i % 3 == 0 ? null : place, ExceptionType = "System.X" }).ToList();
        foreach (var failure in failures)
            await store.Failures.AddAsync(failure, Token);

        var (found, cursor) = (new List<FailureRecord>(), (string?)null);
        do
        {
            var page = await store.Failures.ListAsync(new() { Place = place, ExceptionType = "System.X", Until = Now.AddMinutes(-2) }, 3, cursor, Token);
            page.Items.Count.ShouldBeLessThanOrEqualTo(3);
            found.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);

        found.ShouldBe(failures.Where(x => x.Place == place).Skip(1));
        (await store.Failures.ListAsync(new() { Place = place, Queue = "persist-message" }, 3, null, Token)).Items.ShouldBeEmpty();
        (await store.Failures.ListFactsAsync(1_000, Token)).Items.Where(x => x.Place == place)
            .ShouldBe(failures.Where(x => x.Place == place).Select(x => x with { Body = "", Reason = null, ContentType = null }));
    }

    [Fact]
    public async Task A_place_in_one_list_is_none_in_another()
    {
        foreach (var _ in Enumerable.Range(0, 2))
            await store.Failures.AddAsync(Failure(), Token);
        var page = await store.Failures.ListAsync(new(), 1, null, Token);

        await Should.ThrowAsync<InvalidCursorException>(() => store.Failures.ListAsync(new() { State = FailureState.Retried }, 1, page.Next.ShouldNotBeNull(), Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!")]
    [InlineData("aGVsbG8")]
    [InlineData("LXx4fGVycm9yfA")]
    public async Task An_id_that_is_none_finds_nothing(string id) => (await store.Failures.GetAsync(id, Token)).ShouldBeNull();

    [Theory]
    [InlineData("!")]
    [InlineData("bnVsbA")]
    [InlineData("e30")]
    [InlineData("eyJwayI6bnVsbH0")]
    public async Task A_cursor_that_is_none_is_refused(string cursor) =>
        await Should.ThrowAsync<InvalidCursorException>(() => store.Failures.ListAsync(new(), 10, cursor, Token));

    private async Task<List<FailureRecord>> OpenAsync()
    {
        var all = new List<FailureRecord>();
        string? cursor = null;
        do
        {
            var page = await store.Failures.ListAsync(new(), 3, cursor, Token);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    private static FailureRecord Failure() => new()
    {
        Queue = "invoke-llm",
        Kind = FailureKinds.Error,
        MessageId = NewId.NextGuid().ToString("N"),
        At = Now,
        JobId = NewId.NextGuid(),
        Attempt = 1,
        MessageType = "InvokeLlm",
        Reason = "fault",
        ContentType = "application/vnd.masstransit+json",
        Body = "{}",
    };
}
