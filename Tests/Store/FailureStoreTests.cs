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

        (await store.Failures.CloseAsync(failures[2], Token)).ShouldBeTrue();
        (await store.Failures.CloseAsync(failures[2], Token)).ShouldBeFalse("twice does nothing");
        (await OpenAsync()).ShouldNotContain(failures[2]);
        (await store.Failures.ListOfJobAsync(failures[2].JobId!.Value, Token)).ShouldHaveSingleItem();
    }

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
