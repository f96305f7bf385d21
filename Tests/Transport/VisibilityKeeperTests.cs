using Amazon.SQS.Model;
using CloudIa.Transport.Receiving;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class VisibilityKeeperTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly List<IReadOnlyList<(string Receipt, int Seconds)>> _calls = [];
    private Func<string, Renewal> _answer = _ => Renewal.Done;
    private VisibilityKeeper _keeper;

    public VisibilityKeeperTests() => _keeper = Keeper(TimeSpan.FromHours(12));

    public void Dispose() => _keeper.Dispose();

    [Fact]
    public void A_lock_is_renewed_at_half_the_timeout_again_and_again()
    {
        Hold("a");

        _time.Advance(TimeSpan.FromSeconds(14));
        _calls.ShouldBeEmpty();
        Advance(46);

        _calls.Count.ShouldBe(4);
        _calls.ShouldAllBe(x => x.Single().Seconds == 30);
    }

    [Fact]
    public void Twelve_messages_are_renewed_in_two_calls()
    {
        for (var index = 0; index < 12; index++)
            Hold($"{index}");

        Advance(15);

        _calls.Select(x => x.Count).Order().ShouldBe([2, 10]);
    }

    [Fact]
    public void What_is_done_is_not_renewed()
    {
        var message = Hold("a");

        _keeper.Release(message);
        Advance(60);

        _calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_failed_renewal_is_tried_again_before_the_lock_ends()
    {
        var message = Hold("a");
        _answer = _ => _calls.Count < 3 ? Renewal.Failed : Renewal.Done;

        Advance(20);

        _calls.Count.ShouldBe(3);
        message.Lost.ShouldBeFalse();
    }

    [Fact]
    public void A_lock_that_no_renewal_saved_is_lost_when_it_ends()
    {
        var message = Hold("a");
        var told = 0;
        message.WhenLost(() => told++);
        _answer = _ => Renewal.Failed;

        Advance(29);
        message.Lost.ShouldBeFalse();
        Advance(2);

        message.Lost.ShouldBeTrue();
        told.ShouldBe(1);
    }

    [Fact]
    public void A_renewal_that_hangs_does_not_hide_that_a_lock_runs_out()
    {
        _keeper.Dispose();
        _keeper = new VisibilityKeeper(Timeout, Timeout, TimeSpan.FromHours(12),
            _ => new TaskCompletionSource<IReadOnlyList<Renewal>>().Task, _time);
        var message = Hold("a");

        Advance(31);

        message.Lost.ShouldBeTrue();
    }

    [Fact]
    public void A_lock_that_SQS_no_longer_knows_is_lost_at_once()
    {
        var message = Hold("a");
        _answer = _ => Renewal.LockLost;

        Advance(15);

        message.Lost.ShouldBeTrue();
        _calls.Count.ShouldBe(1);
    }

    [Fact]
    public void A_lock_is_not_renewed_beyond_the_most_that_is_allowed()
    {
        _keeper.Dispose();
        _keeper = Keeper(TimeSpan.FromSeconds(70));
        var message = Hold("a");

        Advance(69);
        message.Lost.ShouldBeFalse();
        _calls.Select(x => x.Single().Seconds).ShouldAllBe(x => x > 0);
        Advance(2);

        message.Lost.ShouldBeTrue();
    }

    [Fact]
    public void A_message_that_came_again_is_renewed_under_its_new_receipt()
    {
        var message = Hold("old");

        message.TryAdopt("new", _time.GetTimestamp(), _keeper.Track).ShouldBeTrue();
        Advance(15);

        _calls.ShouldHaveSingleItem().Single().Receipt.ShouldBe("new");
    }

    [Fact]
    public void A_message_that_is_finished_takes_no_new_receipt()
    {
        var message = Hold("old");
        _keeper.Release(message);

        message.TryAdopt("new", _time.GetTimestamp(), _keeper.Track).ShouldBeFalse();
        Advance(60);

        _calls.ShouldBeEmpty();
    }

    private VisibilityKeeper Keeper(TimeSpan longest) => new(Timeout, Timeout, longest, changes =>
    {
        _calls.Add(changes);
        return Task.FromResult<IReadOnlyList<Renewal>>([.. changes.Select(x => _answer(x.Receipt))]);
    }, _time);

    private HeldMessage Hold(string receipt)
    {
        var message = new HeldMessage(new Message { MessageId = receipt, ReceiptHandle = receipt }, _time.GetTimestamp());
        _keeper.Track(message);
        return message;
    }

    // In steps, as a real clock would: each timer starts from where the last one fired.
    private void Advance(int seconds)
    {
        for (var step = 0; step < seconds * 10; step++)
            _time.Advance(TimeSpan.FromMilliseconds(100));
    }
}
