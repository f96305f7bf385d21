using CloudIa.EventLog;
using CloudIa.ServiceDefaults.Messaging.Pauses;
using CloudIa.Tests.EventLog;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

public sealed class QueuePauseOnGarnetTests(StandInsFixture standIns) : QueuePauseTests(standIns, RedisKind.Garnet);

public sealed class QueuePauseOnRedisTests(StandInsFixture standIns) : QueuePauseTests(standIns, RedisKind.Redis);

/// <summary>What operators pause, and how processes follow. That a gate holds up a queue: the transport's suites.</summary>
public abstract class QueuePauseTests(StandInsFixture standIns, RedisKind kind) : RedisTest(standIns, kind)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public async Task A_paused_queue_stays_so_since_when_it_was_until_it_is_resumed()
    {
        var pauses = new RedisQueuePauses(Redis, Options.Create(new EventLogOptions { KeyPrefix = Prefix }), _time);

        await pauses.PauseAsync("invoke-llm", Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        await pauses.PauseAsync("invoke-llm", Token);
        await pauses.PauseAsync("chat-job", Token);

        (await pauses.ListAsync(Token)).OrderBy(x => x.Key).ShouldBe([new("chat-job", Start.AddMinutes(1)), new("invoke-llm", Start)]);
        await pauses.ResumeAsync("invoke-llm", Token);
        await pauses.ResumeAsync("invoke-llm", Token);
        (await pauses.ListAsync(Token)).Keys.ShouldBe(["chat-job"]);
    }

    [Fact]
    public async Task A_process_follows_and_goes_by_what_it_knew_where_Redis_is_away()
    {
        var pauses = new Pauses { Paused = ["invoke-llm"] };
        using var gates = new QueueGates(pauses, _time, NullLogger<QueueGates>.Instance);
        await gates.StartAsync(Token);
        await Eventually.Is(() => !gates.WaitAsync("invoke-llm", Token).IsCompleted, "its gate is closed");

        var waiting = gates.WaitAsync("invoke-llm", Token);
        gates.WaitAsync("chat-job", Token).IsCompletedSuccessfully.ShouldBeTrue();

        pauses.IsAway = true;
        await NextAsync(2);
        waiting.IsCompleted.ShouldBeFalse();

        (pauses.IsAway, pauses.Paused) = (false, ["chat-job"]);
        await NextAsync(3);
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Token);
        gates.WaitAsync("chat-job", Token).IsCompleted.ShouldBeFalse();
        await gates.StopAsync(Token);

        async Task NextAsync(int asked)
        {
            // The next tick may not be waited for yet.
            while (!await pauses.HasAsked(asked))
                _time.Advance(TimeSpan.FromSeconds(2));
            await pauses.Asked(asked);
        }
    }

    private sealed class Pauses : IQueuePauses
    {
        private int _asked;
        private int _answered;

        public string[] Paused { get; set; } = [];

        public bool IsAway { get; set; }

        public async Task<bool> HasAsked(int times)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
            return Volatile.Read(ref _asked) >= times;
        }

        /// <summary>And what was answered was taken in: the next question follows it only.</summary>
        public Task Asked(int times) => Eventually.Is(() => Volatile.Read(ref _answered) >= times, "it was asked");

        public async Task<IReadOnlyDictionary<string, DateTimeOffset>> ListAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            try
            {
                await Task.Yield();
                return IsAway ? throw new TimeoutException("away") : Paused.ToDictionary(x => x, _ => Start);
            }
            finally
            {
                Interlocked.Increment(ref _answered);
            }
        }

        public Task PauseAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ResumeAsync(string queue, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
