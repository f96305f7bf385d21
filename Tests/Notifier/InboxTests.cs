using CloudIa.Listening;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class InboxTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();
    private readonly Inbox _inbox = new(maxEvents: 8, maxCharacters: 100);

    [Fact]
    public async Task A_wait_ends_with_what_comes_or_at_once_with_what_is_there()
    {
        var wait = _inbox.WaitAsync();
        wait.IsCompleted.ShouldBeFalse();

        _inbox.Miss(Guid.CreateVersion7());

        (await wait).ShouldBeTrue();
        (await _inbox.WaitAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_wait_with_a_limit_ends_with_false_and_the_next_one_is_not_ended_by_its_clock()
    {
        var first = _inbox.WaitAsync(Most, _time, TestContext.Current.CancellationToken).AsTask();
        _time.Advance(Most);
        (await first).ShouldBeFalse();

        var second = _inbox.WaitAsync(Most, _time, TestContext.Current.CancellationToken).AsTask();
        _time.Advance(Most / 2);
        second.IsCompleted.ShouldBeFalse();
        _inbox.Miss(Guid.CreateVersion7());

        (await second).ShouldBeTrue();
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_says_so_and_another_one_can_begin()
    {
        using var cancelled = new CancellationTokenSource();
        var wait = _inbox.WaitAsync(Most, _time, cancelled.Token).AsTask();

        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(wait);
        _inbox.Miss(Guid.CreateVersion7());
        (await _inbox.WaitAsync(Most, _time, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_closed_ends_the_wait_abandons_work_that_waits_or_comes_and_takes_nothing_more()
    {
        var wait = _inbox.WaitAsync();
        _inbox.Post(_ => Task.CompletedTask);
        (await wait).ShouldBeTrue();
        var abandoned = 0;
        _inbox.Post(_ => Task.CompletedTask, () => abandoned++);

        _inbox.Close();
        _inbox.Post(_ => Task.CompletedTask, () => abandoned++);
        _inbox.Miss(Guid.CreateVersion7());

        abandoned.ShouldBe(2);
        _inbox.TryTake(out _).ShouldBeFalse();
        (await _inbox.WaitAsync()).ShouldBeFalse();
    }
}
