using CloudIa.Processor.Llm.Echo;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Llm;

public sealed class EchoChatClientTests
{
    [Fact]
    public async Task It_says_what_it_was_told_and_how_much_came_before()
    {
        using var echo = new EchoChatClient("echo", TimeSpan.Zero, TimeProvider.System);

        var answer = await echo.GetResponseAsync(
            [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Why is  the sky blue?")], cancellationToken: TestContext.Current.CancellationToken);

        answer.Text.ShouldBe("You said: \"Why is  the sky blue?\". This chat has 0 earlier messages.");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.ModelId.ShouldBe("echo");
        var usage = answer.Usage.ShouldNotBeNull();
        usage.InputTokenCount.ShouldBe(7);
        usage.OutputTokenCount.ShouldBe(13);
    }

    [Fact]
    public async Task It_quotes_the_first_message_it_knows_of()
    {
        using var echo = new EchoChatClient("echo", TimeSpan.Zero, TimeProvider.System);

        var answer = await echo.GetResponseAsync(
            [new(ChatRole.User, "one"), new(ChatRole.Assistant, "ONE"), new(ChatRole.User, "two"), new(ChatRole.Assistant, "TWO"), new(ChatRole.User, "three")],
            cancellationToken: TestContext.Current.CancellationToken);

        answer.Text.ShouldBe("You said: \"three\". This chat has 4 earlier messages. The first one I know of was: \"one\".");
    }

    [Fact]
    public async Task It_pauses_before_each_word()
    {
        var time = new FakeTimeProvider();
        using var echo = new EchoChatClient("echo", TimeSpan.FromMilliseconds(30), time);
        await using var words = echo.GetStreamingResponseAsync([new(ChatRole.User, "Hi")], cancellationToken: TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);

        var first = words.MoveNextAsync();
        time.Advance(TimeSpan.FromMilliseconds(29));
        first.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMilliseconds(1));

        (await first).ShouldBeTrue();
        words.Current.Text.ShouldBe("You ");
    }

    [Fact]
    public async Task A_long_answer_comes_in_at_most_200_pieces()
    {
        using var echo = new EchoChatClient("echo", TimeSpan.Zero, TimeProvider.System);
        var prompt = string.Join(" ", Enumerable.Range(1, 5000));

        var pieces = await echo.GetStreamingResponseAsync([new(ChatRole.User, prompt)], cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        pieces.Count.ShouldBeInRange(150, 201);
        string.Concat(pieces.Select(piece => piece.Text)).ShouldContain(prompt);
    }
}
