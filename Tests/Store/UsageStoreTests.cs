using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Store;

public sealed class UsageStoreTests(StandInsFixture standIns) : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 23, 59, 59, 999, TimeSpan.Zero);

    private readonly StoreTableFixture _store = new(standIns);
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task What_is_told_many_times_at_once_is_one_row_and_the_first_stays()
    {
        var used = Used(Now) with { Cost = new() { Amount = 0.0000001234567m, Currency = "USD" }, IsBroken = true };

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _store.Usages.AddAsync(used, Token)));
        await _store.Usages.AddAsync(used with { Model = "another" }, Token);

        (await ListAsync(Day(Now), Day(Now))).ShouldHaveSingleItem().ShouldBe(used);
    }

    [Fact]
    public async Task Days_are_of_UTC_and_both_ends_are_included()
    {
        var (before, last, next) = (Used(Now.AddDays(-1)), Used(Now), Used(Now.AddMilliseconds(1)));
        foreach (var used in new[] { next, before, last })
            await _store.Usages.AddAsync(used, Token);
        await _store.Usages.AddAsync(Used(Now) with { UserId = standIns.UniqueName("user") }, Token);

        (await ListAsync(Day(Now), Day(Now))).ShouldBe([last]);
        (await ListAsync(Day(Now).AddDays(-1), Day(Now).AddDays(1))).ShouldBe([before, last, next]);
        (await ListAsync(Day(Now).AddDays(2), Day(Now).AddDays(9))).ShouldBeEmpty();
    }

    [Fact]
    public async Task More_than_a_page_is_read_to_its_end()
    {
        // A page of DynamoDB is 1 MB: long names make few rows of it.
        var model = new string('m', 20_000);
        await Task.WhenAll(Enumerable.Range(0, 120).Select(n => _store.Usages.AddAsync(Used(Now.AddMinutes(-n)) with { Model = model }, Token)));

        (await ListAsync(Day(Now), Day(Now))).Count.ShouldBe(120);
    }

    [Fact]
    public async Task A_day_has_what_all_users_used_on_it_each_row_once()
    {
        // Of every part of the index.
        var used = Enumerable.Range(0, 30).Select(n => Used(Now.AddSeconds(-n)) with { UserId = standIns.UniqueName("user"), JobId = DerivedId.OfMessage(Guid.CreateVersion7(Now.AddSeconds(n)), $"{n}") }).ToList();
        foreach (var row in used.Concat(used))
            await _store.Usages.AddAsync(row, Token);
        await _store.Usages.AddAsync(Used(Now.AddDays(1)), Token);
        await _store.Data.EraseRestAsync(used[7].UserId, Token);

        List<UsageRecord> all = [];
        await foreach (var row in _store.Usages.ListOfDayAsync(Day(Now), Token))
            all.Add(row);

        all.ShouldBe(used.Where(x => x != used[7]), ignoreOrder: true);
    }

    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private UsageRecord Used(DateTimeOffset at) => new()
    {
        UserId = _user,
        JobId = Guid.CreateVersion7(),
        ChatId = Guid.CreateVersion7(),
        Attempt = 1,
        At = at,
        Model = "m-1",
        Usage = new() { InputTokens = 11, OutputTokens = 7, CachedInputTokens = 3, Estimated = true },
    };

    private async Task<List<UsageRecord>> ListAsync(DateOnly from, DateOnly to)
    {
        List<UsageRecord> all = [];
        await foreach (var used in _store.Usages.ListAsync(_user, from, to, Token))
            all.Add(used);
        return all;
    }
}
