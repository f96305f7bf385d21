using System.Runtime.CompilerServices;
using System.Threading.Channels;
using CloudIa.Processor.Invoking;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Invoking;

public sealed class DeltaCoalescerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly Channel<string> _tokens = Channel.CreateUnbounded<string>();

    [Fact]
    public async Task The_first_text_is_given_at_once_what_follows_within_the_window_becomes_one_delta_and_the_end_gives_the_rest()
    {
        await using var pieces = Start();
        await WriteAsync(pieces.MoveNextAsync(), "Rayleigh ");
        pieces.Current.ShouldBe("Rayleigh");

        var second = pieces.MoveNextAsync();
        await WriteAsync("scatt");
        await WriteAsync("ering");
        second.IsCompleted.ShouldBeFalse();
        await AdvanceUntilAsync(second, Window);
        pieces.Current.ShouldBe(" scatterin");

        var third = pieces.MoveNextAsync();
        await WriteAsync(".");
        _tokens.Writer.Complete();

        (await third).ShouldBeTrue();
        pieces.Current.ShouldBe("g.");
        (await pieces.MoveNextAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Text_that_comes_slower_than_the_window_is_given_at_once()
    {
        await using var pieces = Start();
        await WriteAsync(pieces.MoveNextAsync(), "one ");
        for (var n = 0; n < 3; n++)
        {
            _time.Advance(Window);
            await WriteAsync(pieces.MoveNextAsync(), "more ");
            pieces.Current.ShouldBe(" more");
        }
    }

    [Fact]
    public async Task The_last_character_is_given_when_nothing_follows_for_a_while()
    {
        await using var pieces = Start();
        await WriteAsync(pieces.MoveNextAsync(), "Yes");
        pieces.Current.ShouldBe("Ye");

        await AdvanceUntilAsync(pieces.MoveNextAsync(), Hold);

        pieces.Current.ShouldBe("s");
    }

    [Fact]
    public async Task Silence_gives_a_sign_of_life_each_idle_time()
    {
        await using var pieces = Start();
        for (var i = 0; i < 3; i++)
        {
            await AdvanceUntilAsync(pieces.MoveNextAsync(), Idle);
            pieces.Current.ShouldBeNull();
        }
    }

    [Fact]
    public async Task Leaving_early_stops_the_source()
    {
        var stopped = false;
        var pieces = new DeltaCoalescer(Window, Idle, _time)
            .CoalesceAsync(Source(() => stopped = true, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await WriteAsync(pieces.MoveNextAsync(), "Rayleigh");

        await pieces.DisposeAsync();

        stopped.ShouldBeTrue();
    }

    [Fact]
    public async Task A_failure_of_the_source_comes_through()
    {
        await using var pieces = Start();
        _tokens.Writer.Complete(new IOException("cut"));

        await Should.ThrowAsync<IOException>(async () => await pieces.MoveNextAsync());
    }

    [Fact]
    public async Task Joined_deltas_are_the_text_whatever_its_tokens_and_pauses()
    {
        const string text = "e\u0301👩‍👩‍👧‍👦🇧🇷 नमस्ते, 1\uFE0F\u20E3 and plain words, 日本語.";
        var random = Random.Shared;
        for (var round = 0; round < 200; round++)
        {
            var source = Scattered(text, random);
            var pieces = new List<string?>();
            await foreach (var piece in new DeltaCoalescer(TimeSpan.Zero, Idle, _time).CoalesceAsync(source, TestContext.Current.CancellationToken))
            {
                pieces.Add(piece);
            }

            string.Concat(pieces).ShouldBe(text);
        }
    }

    private static async IAsyncEnumerable<string> Scattered(string text, Random random)
    {
        for (var at = 0; at < text.Length;)
        {
            if (random.Next(3) == 0)
            {
                await Task.Yield();
            }

            var length = Math.Min(random.Next(1, 5), text.Length - at);
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private IAsyncEnumerator<string?> Start() =>
        new DeltaCoalescer(Window, Idle, _time).CoalesceAsync(_tokens.Reader.ReadAllAsync(), CancellationToken.None).GetAsyncEnumerator();

    private async IAsyncEnumerable<string> Source(
        Action onStopped, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var token in _tokens.Reader.ReadAllAsync(cancellationToken))
            {
                yield return token;
            }
        }
        finally
        {
            onStopped();
        }
    }

    /// <summary>Writes what is given at once: the clock stands still.</summary>
    private async Task WriteAsync(ValueTask<bool> next, string token)
    {
        await WriteAsync(token);
        (await next.AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    private async Task WriteAsync(params string[] tokens)
    {
        foreach (var token in tokens)
        {
            await _tokens.Writer.WriteAsync(token);
        }

        // The clock stands still until they have been read.
        while (_tokens.Reader.Count > 0)
        {
            await Task.Yield();
        }
    }

    /// <summary>The timers are set on other threads: the clock goes on in small steps until one has fired.</summary>
    private async Task AdvanceUntilAsync(ValueTask<bool> next, TimeSpan time)
    {
        var task = next.AsTask();
        using var timeout = new CancellationTokenSource(Patience);
        while (!task.IsCompleted)
        {
            timeout.Token.ThrowIfCancellationRequested();
            _time.Advance(time / 5);
            await Task.Delay(1, timeout.Token);
        }

        (await task).ShouldBeTrue();
    }
}
