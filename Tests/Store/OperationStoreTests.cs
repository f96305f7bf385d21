using CloudIa.Store;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class OperationStoreTests(StoreTableFixture store) : IClassFixture<StoreTableFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operation_is_kept_with_all_of_its_filter_and_ends_once()
    {
        var operation = New(Now);
        await store.Operations.AddAsync(operation, Token);
        (await OpenAsync()).ShouldContain(operation.Id);
        var read = (await store.Operations.GetAsync(operation.Id, Token))!;
        read.Filter.Jobs.ShouldBe(operation.Filter.Jobs);
        (read.Filter with { Jobs = operation.Filter.Jobs }).ShouldBe(operation.Filter);
        (read with { Filter = operation.Filter, Progress = operation.Progress }).ShouldBe(operation);

        var progress = new OperationProgress { Found = 4, Done = 1, Skipped = 2, Failed = 1, LastFailures = [new("x", "internal_error", Now)] };
        (await store.Operations.NoteAsync(operation.Id, progress, Token)).ShouldBeTrue();
        (await store.Operations.EndAsync(operation.Id, OperationState.Cancelled, Now, Token)).ShouldBeTrue();
        (await store.Operations.EndAsync(operation.Id, OperationState.Done, Now.AddDays(1), Token)).ShouldBeFalse();
        (await store.Operations.NoteAsync(operation.Id, progress with { Done = 2 }, Token)).ShouldBeFalse("whoever carries it out is to stop");

        (await OpenAsync()).ShouldNotContain(operation.Id);
        var ended = (await store.Operations.GetAsync(operation.Id, Token))!;
        (ended.State, ended.EndedAt, ended.Progress.Done, ended.Progress.LastFailures[0].Code).ShouldBe((OperationState.Cancelled, Now, 2, "internal_error"));
    }

    [Fact]
    public async Task Operations_are_listed_newest_first_page_by_page()
    {
        var operations = Enumerable.Range(0, 5).Select(n => New(Now.AddYears(50).AddSeconds(-n))).ToList();
        foreach (var operation in operations)
            await store.Operations.AddAsync(operation, Token);

        var first = await store.Operations.ListAsync(2, null, Token);
        var second = await store.Operations.ListAsync(3, first.Next, Token);

        first.Items.Concat(second.Items).Select(x => x.Id).ShouldBe(operations.Select(x => x.Id));
        await Should.ThrowAsync<InvalidCursorException>(() => store.Operations.ListAsync(2, "QVVESVQ", Token));
    }

    [Fact]
    public async Task There_is_none_that_nobody_began()
    {
        (await store.Operations.GetAsync(NewId.NextGuid(), Token)).ShouldBeNull();
        (await store.Operations.NoteAsync(NewId.NextGuid(), new(), Token)).ShouldBeFalse();
        (await store.Operations.EndAsync(NewId.NextGuid(), OperationState.Done, Now, Token)).ShouldBeFalse();
    }

    private static OperationRecord New(DateTimeOffset at) => new()
    {
        Id = Guid.CreateVersion7(at),
        Kind = OperationKinds.RetryJobs,
        Filter = new() { Jobs = [NewId.NextGuid()], User = "ada", OlderThan = TimeSpan.FromHours(1), State = "failed", Chat = NewId.NextGuid(), FailureCode = "expired" },
        RatePerSecond = 7,
        UserId = "boss",
        CreatedAt = at,
    };

    private async Task<List<Guid>> OpenAsync() => await store.Operations.ListOpenAsync(Token).Select(x => x.Id).ToListAsync(Token);
}
