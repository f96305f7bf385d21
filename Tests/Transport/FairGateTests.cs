using CloudIa.Transport.Receiving;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class FairGateTests
{
    private readonly List<string> _order = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_group_with_the_fewest_in_work_goes_next_and_of_equals_the_one_that_was_served_or_came_first()
    {
        var gate = new FairGate(2);
        await gate.EnterAsync("noisy", Token);
        await gate.EnterAsync("noisy", Token);
        var waiting = Enumerable.Range(0, 4).Select(_ => Enter(gate, "noisy")).Append(Enter(gate, "quiet")).Append(Enter(gate, "third")).ToArray();

        for (var turn = 1; turn <= 6; turn++)
        {
            // One goes, and its place is the next one's; nobody else moves.
            gate.Leave(turn <= 2 ? "noisy" : _order[turn - 3]);
            await Eventually(() => _order.Count == turn);
        }

        _order.ShouldBe(["quiet", "noisy", "third", "noisy", "noisy", "noisy"]);
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task Without_groups_the_first_comes_first()
    {
        var gate = new FairGate(1);
        await gate.EnterAsync(null, Token);
        var waiting = Enumerable.Range(0, 3).Select(n => Enter(gate, null, $"{n}")).ToArray();

        for (var turn = 1; turn <= 3; turn++)
        {
            gate.Leave(null);
            await waiting[turn - 1];
        }

        _order.ShouldBe(["0", "1", "2"]);
    }

    [Fact]
    public async Task Whoever_was_cancelled_takes_nobodys_place()
    {
        var gate = new FairGate(1);
        using var cancelled = new CancellationTokenSource();
        await gate.EnterAsync("a", Token);
        var gone = gate.EnterAsync("b", cancelled.Token);
        var next = Enter(gate, "c");

        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gone);
        gate.Leave("a");
        await next;
        gate.Leave("c");

        await gate.EnterAsync("b", Token);
    }

    [Fact]
    public async Task Many_at_once_never_have_more_places_than_there_are_and_all_get_one()
    {
        const int Places = 4;
        var (gate, running, most, done) = (new FairGate(Places), 0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(n => Task.Run(
            async () =>
            {
                await gate.EnterAsync($"{n % 7}", Token);
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
                Interlocked.Decrement(ref running);
                gate.Leave($"{n % 7}");
                Interlocked.Increment(ref done);
            },
            Token)));

        done.ShouldBe(2_000);
        most.ShouldBeInRange(1, Places);
    }

    private async Task Enter(FairGate gate, string? group, string? name = null)
    {
        await gate.EnterAsync(group, Token);
        lock (_order)
            _order.Add(name ?? group!);
    }

    private Task Eventually(Func<bool> condition) => Infrastructure.Eventually.Is(
        () =>
        {
            lock (_order)
                return Task.FromResult(condition());
        },
        "the next one's turn");

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
