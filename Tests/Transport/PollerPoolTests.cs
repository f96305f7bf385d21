using System.Net;
using Amazon.SQS.Model;
using CloudIa.Tests.Infrastructure;
using CloudIa.Transport.Receiving;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Transport;

public sealed class PollerPoolTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Inbox<Poll> _polls = new();
    private readonly Inbox<Message> _messages = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task A_quiet_queue_has_one_poller()
    {
        var running = Pool(100).RunAsync();
        (await _polls.Next()).Bring(0);
        (await _polls.Next(2)).Bring(3);

        (await _polls.Next(3)).Wanted.ShouldBe(10);
        (await _messages.Reaches(3)).Length.ShouldBe(3);

        await StopAsync(running);
        _polls.Items.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_full_batch_brings_a_second_poller_and_an_empty_one_ends_it()
    {
        var running = Pool(100).RunAsync();
        (await _polls.Next()).Bring(10);
        var both = await _polls.Reaches(3);

        both[1].Bring(0);
        await Eventually.Is(() => both[1].Done, "the first of two has ended");
        both[2].Bring(0);
        (await _polls.Next(4)).Wanted.ShouldBe(10);

        await StopAsync(running);
        _polls.Items.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_poll_waits_for_what_is_before_it_and_a_stop_does_not()
    {
        var open = new TaskCompletionSource();
        var asked = new Inbox<int>();
        var running = Pool(4, stopping =>
        {
            asked.Add(0);
            return open.Task.WaitAsync(stopping);
        }).RunAsync();

        await asked.Next();
        _polls.Items.ShouldBeEmpty();
        open.SetResult();
        (await _polls.Next()).Bring(0);
        await _polls.Next(2);

        await StopAsync(running);

        using var stopped = new CancellationTokenSource();
        var waiting = new PollerPool(4, _ => throw new InvalidOperationException("It was to wait."), _ => { }, _time, stopped.Token, stopping => Task.Delay(Timeout.Infinite, stopping)).RunAsync();
        await stopped.CancelAsync();
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task No_more_is_held_than_the_prefetch_count()
    {
        var pool = Pool(4);
        var running = pool.RunAsync();
        var first = await _polls.Next();
        first.Wanted.ShouldBe(4);

        first.Bring(4);
        await _messages.Reaches(4);
        pool.Finished();
        pool.Finished();

        await Eventually.Is(() =>
        {
            // Room for one alone is worth a short wait for more.
            _time.Advance(TimeSpan.FromMilliseconds(3));
            return _polls.Items.Count == 2;
        }, "a poll for the room that is free");
        (await _polls.Next(2)).Wanted.ShouldBe(2);
        await StopAsync(running);
    }

    [Fact]
    public async Task A_stop_waits_for_the_poll_and_takes_what_it_brings()
    {
        var running = Pool(10).RunAsync();
        var poll = await _polls.Next();

        await _stop.CancelAsync();
        running.IsCompleted.ShouldBeFalse();
        poll.Bring(2);
        await running;

        _messages.Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_no_outage_ends_the_pool_with_its_reason()
    {
        var running = Pool(10).RunAsync();

        (await _polls.Next()).Fail(new QueueDoesNotExistException("gone") { StatusCode = HttpStatusCode.BadRequest });

        (await Should.ThrowAsync<QueueDoesNotExistException>(() => running.WaitAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldBe("gone");
    }

    private PollerPool Pool(int prefetch, Func<CancellationToken, Task>? before = null) => new(prefetch, wanted =>
    {
        var poll = new Poll(wanted);
        _polls.Add(poll);
        return poll.Answer;
    }, _messages.Add, _time, _stop.Token, before);

    private async Task StopAsync(Task running)
    {
        await _stop.CancelAsync();
        // A poll may have begun just before the stop.
        await Eventually.Is(() =>
        {
            foreach (var poll in _polls.Items)
                poll.Bring(0);
            return running.IsCompleted;
        }, "all pollers have ended");
        await running;
    }

    private sealed class Poll(int wanted)
    {
        private readonly TaskCompletionSource<IReadOnlyList<Message>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Wanted => wanted;

        public bool Done => _answer.Task.IsCompleted;

        public Task<IReadOnlyList<Message>> Answer => _answer.Task;

        public void Bring(int count) =>
            _answer.TrySetResult([.. Enumerable.Range(0, count).Select(x => new Message { MessageId = $"{x}" })]);

        public void Fail(Exception exception) => _answer.TrySetException(exception);
    }
}
