using CloudIa.Transport.Batching;
using MassTransit;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class AdaptiveBatcherTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Inbox<Call> _calls = new();

    [Fact]
    public async Task A_lone_entry_leaves_at_once()
    {
        var batcher = Batcher(new BatchRules { MaxBytes = 100 });

        var sent = batcher.ExecuteAsync("a", TestContext.Current.CancellationToken);

        (await _calls.Next()).Entries.ShouldBe(["a"]);
        (await _calls.Next()).Succeed();
        await sent;
    }

    [Fact]
    public async Task While_all_requests_are_out_entries_gather_and_then_linger_for_company()
    {
        var batcher = Batcher(new BatchRules { MaxBytes = 100, MaxInFlight = 1, Linger = TimeSpan.FromMilliseconds(2) });
        var first = batcher.ExecuteAsync("a", TestContext.Current.CancellationToken);
        var call = await _calls.Next();
        var others = Enumerable.Range(0, 9).Select(x => batcher.ExecuteAsync($"{x}", TestContext.Current.CancellationToken)).ToArray();
        call.Succeed();
        await first;
        var second = await _calls.Next(2);
        second.Entries.Count.ShouldBe(9);
        second.Succeed();
        await Task.WhenAll(others);

        // Batches were full lately, so this one waits: for 2 ms, not for ever.
        var last = batcher.ExecuteAsync("z", TestContext.Current.CancellationToken);
        await Task.Yield();
        _calls.Items.Count.ShouldBe(2);
        _time.Advance(TimeSpan.FromMilliseconds(2));
        (await _calls.Next(3)).Succeed();
        await last;
    }

    [Fact]
    public async Task Ten_entries_do_not_wait_for_the_linger()
    {
        var batcher = Batcher(new BatchRules { MaxBytes = 100, AlwaysLinger = true });

        var sent = Enumerable.Range(0, 10).Select(x => batcher.ExecuteAsync($"{x}", TestContext.Current.CancellationToken)).ToArray();

        var call = await _calls.Next();
        call.Entries.Count.ShouldBe(10);
        call.Succeed();
        await Task.WhenAll(sent);
    }

    [Fact]
    public async Task A_batch_stays_within_the_bytes()
    {
        var batcher = Batcher(new BatchRules { MaxBytes = 10, AlwaysLinger = true });

        var sent = new[] { "1234", "5678", "9012" }.Select(x => batcher.ExecuteAsync(x, TestContext.Current.CancellationToken)).ToArray();
        var call = await _calls.Next();

        call.Entries.ShouldBe(["1234", "5678"]);
        call.Succeed();
        _time.Advance(TimeSpan.FromMilliseconds(5));
        (await _calls.Next(2)).Succeed();
        await Task.WhenAll(sent);
    }

    [Fact]
    public void What_is_too_large_for_AWS_is_refused_before_it_leaves()
    {
        var batcher = Batcher(new BatchRules { MaxBytes = 3 });

        Should.Throw<AmazonSqsTransportException>(() => { _ = batcher.ExecuteAsync("1234"); }).Message.ShouldContain("4 bytes");
    }

    [Fact]
    public async Task A_partial_failure_reaches_only_the_entry_that_failed()
    {
        var batcher = Batcher(new BatchRules { MaxBytes = 100, AlwaysLinger = true });
        var good = batcher.ExecuteAsync("good", TestContext.Current.CancellationToken);
        var bad = batcher.ExecuteAsync("bad", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(2));

        (await _calls.Next()).End([null, new InvalidOperationException("refused")]);

        await good;
        (await Should.ThrowAsync<InvalidOperationException>(() => bad)).Message.ShouldBe("refused");
    }

    [Fact]
    public async Task An_entry_cancelled_before_it_leaves_is_not_sent()
    {
        using var cancellation = new CancellationTokenSource();
        var batcher = Batcher(new BatchRules { MaxBytes = 100, AlwaysLinger = true });
        var cancelled = batcher.ExecuteAsync("a", cancellation.Token);
        var kept = batcher.ExecuteAsync("b", TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();

        _time.Advance(TimeSpan.FromMilliseconds(2));

        var call = await _calls.Next();
        call.Entries.ShouldBe(["b"]);
        call.Succeed();
        await kept;
        await Should.ThrowAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task A_drain_sends_what_lingers_and_waits_for_it()
    {
        var batcher = Batcher(BatchRules.Deletes);
        var sent = batcher.ExecuteAsync("a", TestContext.Current.CancellationToken);

        var drained = batcher.DrainAsync();

        var call = await _calls.Next();
        drained.IsCompleted.ShouldBeFalse();
        call.Succeed();
        await drained;
        await sent;
    }

    private AdaptiveBatcher<string> Batcher(BatchRules rules) => new(rules, x => x.Length, entries =>
    {
        var call = new Call(entries);
        _calls.Add(call);
        return call.Outcome;
    }, _time);

    private sealed class Call(IReadOnlyList<string> entries)
    {
        private readonly TaskCompletionSource<IReadOnlyList<Exception?>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<string> Entries => entries;

        public Task<IReadOnlyList<Exception?>> Outcome => _outcome.Task;

        public void Succeed() => End(new Exception?[entries.Count]);

        public void End(IReadOnlyList<Exception?> outcomes) => _outcome.TrySetResult(outcomes);
    }
}
