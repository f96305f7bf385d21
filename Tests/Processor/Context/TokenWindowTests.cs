using CloudIa.Contracts;
using CloudIa.Processor;
using CloudIa.Processor.Context;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Store;
using CloudIa.Tests.Processor.Failover;
using MassTransit;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Context;

/// <summary>What of a chat is said to whom.</summary>
public sealed class TokenWindowTests
{
    private static readonly Guid ChatId = NewId.NextGuid();

    [Theory]
    [InlineData("hello world", 2)]
    [InlineData("", 0)]
    [InlineData("Why is the sky blue?", 6)]
    public void Tokens_are_those_of_the_encoding(string text, int tokens) => TokenCounter.Of(TokenCounter.O200k).Count(text).ShouldBe(tokens);

    [Theory]
    [InlineData("gpt-4o-mini", TokenCounter.O200k)]
    [InlineData("openai/gpt-5", TokenCounter.O200k)]
    [InlineData("o3-mini", TokenCounter.O200k)]
    [InlineData("gpt-4-turbo", TokenCounter.Cl100k)]
    [InlineData("gpt-3.5-turbo", TokenCounter.Cl100k)]
    [InlineData("claude-sonnet-4-5", null)]
    [InlineData("llama3.2", null)]
    public void An_encoding_is_known_by_the_names_of_OpenAIs_models_and_by_no_others(string model, string? encoding) => TokenCounter.EncodingOf(model).ShouldBe(encoding);

    [Fact]
    public void A_long_text_is_counted_in_pieces_and_comes_to_what_its_parts_come_to()
    {
        var counter = TokenCounter.Of(TokenCounter.O200k);
        var sentence = " Rayleigh scattering makes the sky blue.";
        var one = counter.Count(sentence);

        counter.Count(string.Concat(Enumerable.Repeat(sentence, 1000))).ShouldBeInRange(1000 * one, 1010 * one);

        // Not a space to cut at, and each piece could end in the middle of a pair.
        counter.Count(new string('a', 256 * 1024)).ShouldBeGreaterThan(1000);
        counter.Count(string.Concat(Enumerable.Repeat("🦜", 2000)).Insert(0, "x")).ShouldBeGreaterThan(2000);
    }

    [Fact]
    public void The_newest_messages_that_fit_are_shown_each_whole_behind_the_system_prompt()
    {
        // Of 4 + 1 tokens each: 3 of the beginning, 5 of the system, 5 of the prompt, 10 for the answer leave room for four.
        var request = Conversation("be", "new", history: ["d", "c", "b", "a", "z", "y"]).For(Model(window: 3 + 5 + 5 + 10 + 20, reserve: 10));

        request.Messages.Select(x => $"{x.Role}: {x.Text}").ShouldBe(["system: be", "user: a", "assistant: b", "user: c", "assistant: d", "user: new"]);
        request = Conversation("be", "new", history: ["d", "c", "b", "a", "z", "y"]).For(Model(window: 3 + 5 + 5 + 10 + 19, reserve: 10));
        request.Messages.Select(x => x.Text).ShouldBe(["be", "b", "c", "d", "new"]);
    }

    [Fact]
    public void A_message_that_does_not_fit_hides_those_before_it()
    {
        var request = Conversation(null, "new", history: ["short", string.Concat(Enumerable.Repeat("many words ", 100)), "old"]).For(Model(window: 100, reserve: 10));

        request.Messages.Select(x => x.Text).ShouldBe(["short", "new"]);
    }

    [Fact]
    public void No_more_of_the_history_is_shown_than_the_deployment_pays_for()
    {
        var request = Conversation(null, "new", history: ["c", "b", "a"], contextTokens: 10).For(Model(window: 100_000, reserve: 10));

        request.Messages.Select(x => x.Text).ShouldBe(["b", "c", "new"]);
    }

    [Fact]
    public void A_prompt_over_the_window_is_refused_with_numbers_and_without_a_word_of_it()
    {
        var refused = Should.Throw<ModelRefusedException>(() => Conversation(null, string.Concat(Enumerable.Repeat("canary ", 100)), []).For(Model(window: 50, reserve: 10)));

        refused.Kind.ShouldBe(ModelRefusal.TooLong);
        refused.Message.ShouldNotContain("canary");
        refused.Message.ShouldContain("50 tokens");
    }

    [Fact]
    public void A_conversation_that_came_along_is_shown_whole_or_not_at_all()
    {
        var given = new GivenMessages([new(ChatRole.Assistant, "first"), new(ChatRole.User, "one two three four five six seven")], new ChatOptions { MaxOutputTokens = 10 });

        given.For(Model(window: 40, reserve: 1000)).Messages.Count.ShouldBe(2);
        Should.Throw<ModelRefusedException>(() => given.For(Model(window: 20, reserve: 0))).Kind.ShouldBe(ModelRefusal.TooLong);

        // Nobody has said how large it is: the provider is asked, and says so itself.
        given.For(Model(window: 20, reserve: 0, isGuessed: true)).Messages.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(128000, null, false)]
    [InlineData(null, 8192, false)]
    public void A_window_is_a_guess_where_nobody_has_said_how_large_it_is(int? ofProvider, int? ofModel, bool isGuessed)
    {
        var provider = new LlmProviderOptions { Type = LlmProviderTypes.OpenAi, ContextWindow = ofProvider };
        if (ofModel is { } window)
            provider.ContextWindows["gpt-4"] = window;

        TokenWindow.Of(provider, "gpt-4").ShouldNotBeNull().IsGuessed.ShouldBe(isGuessed);
    }

    [Fact]
    public async Task A_provider_whose_window_is_too_small_is_passed_over_for_the_next()
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: true,
            ("Llm:Providers:0:ContextWindow", "40"), ("Llm:Providers:0:MaxOutputTokens", "20"));
        var job = two.Processor.Accept(string.Concat(Enumerable.Repeat("many words ", 50)));

        await two.Processor.InvokeAsync(job);
        await two.Processor.Bus.PublishesAsync<LlmCompleted>();

        two.First.Requests.ShouldBeEmpty();
        two.Second.Requests.ShouldHaveSingleItem();
        two.Processor.Events.Shown(job.JobId).ShouldBe(TwoProviders.Text);
    }

    [Fact]
    public async Task Where_no_window_is_large_enough_the_model_refuses_and_nobody_is_asked()
    {
        await using var two = await TwoProviders.StartAsync(hasSecond: true,
            ("Llm:Providers:0:ContextWindow", "40"), ("Llm:Providers:0:MaxOutputTokens", "20"),
            ("Llm:Providers:1:ContextWindow", "50"), ("Llm:Providers:1:MaxOutputTokens", "20"));
        var job = two.Processor.Accept(string.Concat(Enumerable.Repeat("canary words ", 50)));

        await two.Processor.InvokeAsync(job);
        var fault = await two.Processor.Bus.PublishesAsync<Fault<InvokeLlm>>();

        fault.Exceptions[0].ExceptionType.ShouldBe("CloudIa.Processor.ModelRefusedException");
        fault.Exceptions[0].Message.ShouldNotContain("canary");
        two.First.Requests.ShouldBeEmpty();
        two.Second.Requests.ShouldBeEmpty();
    }

    private static ChatConversation Conversation(string? system, string prompt, string[] history, int contextTokens = 100_000) => new(
        _ => system, [.. history.Select((text, n) => Message(history.Length - n, text))], prompt, contextTokens, new CountedTokens());

    private static ModelChoice Model(int window, int reserve, bool isGuessed = false) => new("p", "m", null!, Window: new(window, reserve, TokenCounter.Of(TokenCounter.O200k), 1, isGuessed));

    private static MessageRecord Message(long sequence, string text) => new()
    {
        ChatId = ChatId,
        Sequence = sequence,
        MessageId = NewId.NextGuid(),
        JobId = NewId.NextGuid(),
        Role = sequence % 2 == 1 ? MessageRoles.User : MessageRoles.Assistant,
        Content = text,
        CreatedAt = default,
    };
}
