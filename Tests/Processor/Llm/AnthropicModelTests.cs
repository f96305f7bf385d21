using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Tests.FakeAnthropic;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Llm;

/// <summary>Anthropic's own SDK, over HTTP, against a server that misbehaves as it is told.</summary>
public sealed class AnthropicModelTests : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(250);
    private static readonly ChatMessage[] Question = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Why is the sky blue?")];

    private FakeAnthropicServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeAnthropicServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(2)]
    [InlineData(100)]
    public async Task An_answer_comes_whole_with_usage_however_it_is_cut(int chunkSize)
    {
        const string text = "Rayleigh scattering: é, 日本語, \"quoted\"\n\ttabbed. ";
        _server.Script(new AnthropicReply { Text = text, ChunkSize = chunkSize, Model = "m-1-2026-01-01" });

        var answer = await AskAsync();

        answer.Text.ShouldBe(text);
        answer.ModelId.ShouldBe("m-1-2026-01-01");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage.ShouldNotBeNull().InputTokenCount.ShouldBe(11);
        answer.Usage.OutputTokenCount.ShouldBe(7);
        var request = _server.Requests.ShouldHaveSingleItem();
        request.Model.ShouldBe("m-1");
        request.ApiKey.ShouldBe("test-key");
        request.Version.ShouldNotBeNullOrEmpty();
        request.MaxTokens.ShouldBe(4096);
        request.System.ShouldBe("Be brief.");
        request.Messages.ShouldBe([("user", "Why is the sky blue?")]);
    }

    [Fact]
    public async Task A_conversation_is_told_as_Anthropic_takes_it()
    {
        using var models = Models();
        ChatMessage[] told =
        [
            new(new ChatRole("developer"), "Be kind."), new(ChatRole.Assistant, "cut off"), new(ChatRole.User, "one"), new(ChatRole.Assistant, "ONE"), new(ChatRole.User, "two"),
        ];

        await models.Select(null).Client.GetStreamingResponseAsync(told, new ChatOptions { Temperature = 1.5f, MaxOutputTokens = 50, StopSequences = ["x"] }, TestContext.Current.CancellationToken)
            .ToChatResponseAsync(TestContext.Current.CancellationToken);

        var request = _server.Requests.ShouldHaveSingleItem();
        request.System.ShouldBe("Be kind.");
        request.Messages.ShouldBe([("user", "one"), ("assistant", "ONE"), ("user", "two")]);
        request.MaxTokens.ShouldBe(50);
        request.Body.TryGetProperty("temperature", out _).ShouldBeFalse("Anthropic's SDK knows it no more");
        request.Body.GetProperty("stop_sequences")[0].GetString().ShouldBe("x");
        request.Body.GetProperty("stream").GetBoolean().ShouldBeTrue();
    }

    [Theory]
    [InlineData("max_tokens", "length")]
    [InlineData("end_turn", "stop")]
    public async Task The_stop_reason_is_told_in_the_words_of_all_models(string reason, string expected)
    {
        _server.Script(new AnthropicReply { StopReason = reason });

        (await AskAsync()).FinishReason.ShouldNotBeNull().Value.ShouldBe(expected);
    }

    [Theory]
    [InlineData(429, "rate_limit_error")]
    [InlineData(500, "api_error")]
    [InlineData(529, "overloaded_error")]
    public async Task A_passing_failure_is_tried_again_by_the_pipeline_alone(int status, string type)
    {
        var failing = new AnthropicReply { Status = status, ErrorType = type };
        _server.Script(failing, failing, new AnthropicReply());

        (await AskAsync()).Text.ShouldBe("Rayleigh scattering.");

        _server.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(429, ModelFailureReason.RateLimited)]
    [InlineData(529, ModelFailureReason.ServerError)]
    public async Task A_failure_that_stays_is_unavailability_after_the_pipelines_tries(int status, ModelFailureReason reason)
    {
        _server.Default = new AnthropicReply { Status = status, ErrorMessage = "canary" };

        var failure = await FailAsync();

        failure.Reason.ShouldBe(reason);
        failure.ToString().ShouldNotContain("canary");
        _server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_Retry_After_that_is_too_long_is_left_to_later()
    {
        _server.Default = new AnthropicReply { Status = 529, RetryAfter = "3600" };

        (await FailAsync()).RetryAfter.ShouldBe(TimeSpan.FromHours(1));

        _server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, "invalid_request_error", "scripted", ModelRefusal.Request)]
    [InlineData(400, "invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum", ModelRefusal.TooLong)]
    [InlineData(413, "request_too_large", "scripted", ModelRefusal.TooLong)]
    [InlineData(401, "authentication_error", "scripted", ModelRefusal.Misconfigured)]
    [InlineData(403, "permission_error", "scripted", ModelRefusal.Misconfigured)]
    [InlineData(404, "not_found_error", "scripted", ModelRefusal.Misconfigured)]
    public async Task A_refusal_is_not_tried_again_and_its_kind_is_known(int status, string type, string message, ModelRefusal kind)
    {
        _server.Default = new AnthropicReply { Status = status, ErrorType = type, ErrorMessage = message };

        var refusal = await Should.ThrowAsync<ModelRefusedException>(() => AskAsync());

        refusal.Kind.ShouldBe(kind);
        refusal.ToString().ShouldNotContain(message);
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_model_that_refuses_is_a_refusal_of_content()
    {
        _server.Default = new AnthropicReply { StopReason = "refusal" };

        (await Should.ThrowAsync<ModelRefusedException>(() => AskAsync())).Kind.ShouldBe(ModelRefusal.Content);
    }

    [Theory]
    [InlineData("overloaded_error", ModelFailureReason.ServerError)]
    [InlineData("rate_limit_error", ModelFailureReason.RateLimited)]
    public async Task An_error_event_in_the_answer_is_a_failure_without_its_text(string type, ModelFailureReason reason)
    {
        _server.Script(new AnthropicReply { ErrorAfter = 2, ErrorType = type, ErrorMessage = "canary" });

        var failure = await FailAsync();

        failure.Reason.ShouldBe(reason);
        failure.ToString().ShouldNotContain("canary");
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_that_ends_without_a_stop_reason_is_broken()
    {
        _server.Script(new AnthropicReply { StopReason = null });

        (await FailAsync()).Reason.ShouldBe(ModelFailureReason.StreamBroken);
    }

    [Fact]
    public async Task A_connection_that_is_cut_before_the_first_token_is_tried_again()
    {
        _server.Script(new AnthropicReply { CutAfter = 0 }, new AnthropicReply());

        (await AskAsync()).Text.ShouldBe("Rayleigh scattering.");
    }

    [Fact]
    public async Task Garbage_in_the_stream_is_a_failure_without_its_text()
    {
        _server.Script(new AnthropicReply { GarbageAfter = 2 });

        var failure = await FailAsync();

        failure.Reason.ShouldBe(ModelFailureReason.UnreadableAnswer);
        failure.ToString().ShouldNotContain("oops");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Pings_are_no_tokens(int after)
    {
        _server.Default = new AnthropicReply { StallAfter = after };

        (await FailAsync(o => (o.FirstTokenTimeout, o.BetweenTokensTimeout, o.MaxRetries) = (2 * Short, 2 * Short, 0))).Reason.ShouldBe(ModelFailureReason.TimedOut);

        await _server.Requests.ShouldHaveSingleItem().Abandoned.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private async Task<ChatResponse> AskAsync(Action<LlmProviderOptions>? configure = null)
    {
        using var models = Models(configure);
        return await models.Select(null).Client.GetStreamingResponseAsync(Question).ToChatResponseAsync(TestContext.Current.CancellationToken);
    }

    private async Task<ModelUnavailableException> FailAsync(Action<LlmProviderOptions>? configure = null)
    {
        var failure = await Should.ThrowAsync<ModelUnavailableException>(() => AskAsync(configure));
        failure.InnerException.ShouldBeNull();
        return failure;
    }

    private ModelCatalog Models(Action<LlmProviderOptions>? configure = null)
    {
        var options = new LlmProviderOptions
        {
            Type = "anthropic",
            BaseUrl = _server.BaseUrl.ToString(),
            ApiKey = "test-key",
            Model = "m-1",
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
        };
        configure?.Invoke(options);
        return ModelRig.Create(options);
    }
}
