using System.Globalization;
using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Tests.FakeOpenAi;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Llm;

/// <summary>The real SDK, over HTTP, against a server that misbehaves as it is told.</summary>
public sealed class OpenAiModelTests : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(250);
    private static readonly ChatMessage[] Question = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Why is the sky blue?")];

    private FakeOpenAiServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeOpenAiServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 1)]
    [InlineData(100, 7)]
    public async Task An_answer_comes_whole_with_usage_however_it_is_cut(int chunkSize, int writeSize)
    {
        const string text = "Rayleigh scattering: é, 日本語, \"quoted\"\n\ttabbed.";
        _server.Script(new FakeReply { Text = text, ChunkSize = chunkSize, WriteSize = writeSize, Model = "m-1-2026-01-01" });

        var answer = await AskAsync();

        answer.Text.ShouldBe(text);
        answer.ModelId.ShouldBe("m-1-2026-01-01");
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage.ShouldNotBeNull().InputTokenCount.ShouldBe(11);
        answer.Usage.OutputTokenCount.ShouldBe(7);
        var request = _server.Requests.ShouldHaveSingleItem();
        request.Model.ShouldBe("m-1");
        request.Stream.ShouldBeTrue();
        request.IncludeUsage.ShouldBeTrue();
        request.Authorization.ShouldBe("Bearer test-key");
        request.Messages.ShouldBe([new("system", "Be brief."), new("user", "Why is the sky blue?")]);
    }

    [Fact]
    public async Task An_emoji_torn_apart_between_two_writes_arrives_whole()
    {
        _server.Script(new FakeReply { Text = "👩‍🚀 up", ChunkSize = 20, WriteSize = 1 });

        (await AskAsync()).Text.ShouldBe("👩‍🚀 up");
    }

    [Fact]
    public async Task An_emoji_torn_apart_between_two_JSON_strings_is_unreadable_to_the_SDK()
    {
        _server.Default = new FakeReply { Text = "up 👩‍🚀", ChunkSize = 4 };

        (await FailAsync()).Reason.ShouldBe(ModelFailureReason.UnreadableAnswer);
    }

    [Fact]
    public async Task A_stream_without_DONE_is_whole_when_the_model_said_that_it_has_finished()
    {
        _server.Script(new FakeReply { Done = false });

        (await AskAsync()).Text.ShouldBe("Rayleigh scattering.");
    }

    [Theory]
    [InlineData("length")]
    [InlineData("stop")]
    public async Task The_finish_reason_is_the_models(string reason)
    {
        _server.Script(new FakeReply { FinishReason = reason });

        (await AskAsync()).FinishReason.ShouldNotBeNull().Value.ShouldBe(reason);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(408)]
    [InlineData(409)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(529)]
    public async Task A_passing_failure_is_tried_again(int status)
    {
        _server.Script(new FakeReply { Status = status }, new FakeReply { Status = status }, new FakeReply());

        (await AskAsync()).Text.ShouldBe("Rayleigh scattering.");

        _server.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(429, ModelFailureReason.RateLimited)]
    [InlineData(503, ModelFailureReason.ServerError)]
    public async Task A_failure_that_stays_is_unavailability(int status, ModelFailureReason reason)
    {
        _server.Default = new FakeReply { Status = status };

        (await FailAsync()).Reason.ShouldBe(reason);

        _server.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(413)]
    [InlineData(422)]
    public async Task A_refusal_is_not_tried_again(int status)
    {
        _server.Default = new FakeReply { Status = status, ErrorMessage = "canary" };

        var refusal = await Should.ThrowAsync<ModelRefusedException>(() => AskAsync());

        refusal.Message.ShouldContain($"HTTP {status}");
        refusal.ToString().ShouldNotContain("canary");
        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_After_is_waited_for()
    {
        _server.Script(new FakeReply { Status = 429, RetryAfter = "1" }, new FakeReply());
        var start = TimeProvider.System.GetTimestamp();

        (await AskAsync(o => o.MaxRetryDelay = TimeSpan.FromSeconds(5))).Text.ShouldBe("Rayleigh scattering.");

        TimeProvider.System.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
    }

    [Theory]
    [InlineData("3600")]
    [InlineData("Fri, 01 Jan 2100 00:00:00 GMT")]
    public async Task A_Retry_After_that_is_too_long_is_left_to_redelivery(string retryAfter)
    {
        _server.Default = new FakeReply { Status = 503, RetryAfter = retryAfter };

        (await FailAsync()).RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromMinutes(59));

        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_connection_is_tried_again_and_then_unavailability()
    {
        await _server.DisposeAsync();

        (await FailAsync()).Reason.ShouldBe(ModelFailureReason.Network);
    }

    [Fact]
    public async Task A_connection_that_is_cut_before_the_first_token_is_tried_again()
    {
        _server.Script(new FakeReply { CutAfter = 0 }, new FakeReply());

        (await AskAsync()).Text.ShouldBe("Rayleigh scattering.");
    }

    [Fact]
    public async Task A_connection_that_is_cut_in_the_answer_is_not_tried_again_here()
    {
        var read = new TaskCompletionSource();
        _server.Script(new FakeReply { CutAfter = 2, CutWhen = read.Task });
        using var models = Models();
        await using var updates = models.Select(null).Client
            .GetStreamingResponseAsync(Question, cancellationToken: TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await updates.MoveNextAsync();

        var failure = await Should.ThrowAsync<ModelUnavailableException>(async () =>
        {
            read.SetResult();
            while (await updates.MoveNextAsync())
            {
            }
        });

        failure.Reason.ShouldBeOneOf(ModelFailureReason.Network, ModelFailureReason.StreamBroken);
        failure.InnerException.ShouldBeNull();
        _server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_ends_without_a_finish_reason_is_broken(bool done)
    {
        _server.Script(new FakeReply { FinishReason = null, Done = done });

        (await FailAsync()).Reason.ShouldBe(ModelFailureReason.StreamBroken);

        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task No_first_token_in_time_is_tried_again_and_then_a_timeout()
    {
        _server.Default = new FakeReply { StallAfter = 0 };

        (await FailAsync(o => (o.FirstTokenTimeout, o.MaxRetries) = (Short, 1))).Reason.ShouldBe(ModelFailureReason.TimedOut);

        _server.Requests.Count.ShouldBe(2);
        await Task.WhenAll(_server.Requests.Select(request => request.Abandoned)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_deadline_ends_all_tries()
    {
        _server.Default = new FakeReply { StallAfter = 0 };

        (await FailAsync(o => (o.TotalTimeout, o.FirstTokenTimeout) = (Short, Short))).Reason.ShouldBe(ModelFailureReason.TimedOut);

        _server.Requests.Count.ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task A_stall_in_the_answer_is_a_timeout_and_closes_the_connection()
    {
        _server.Default = new FakeReply { StallAfter = 2 };

        (await FailAsync(o => o.BetweenTokensTimeout = Short)).Reason.ShouldBe(ModelFailureReason.TimedOut);

        await _server.Requests.ShouldHaveSingleItem().Abandoned.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_slow_answer_is_not_a_timeout_however_long_it_takes()
    {
        _server.Default = new FakeReply { ChunkDelay = TimeSpan.FromMilliseconds(200), ChunkSize = 2 };

        var answer = await AskAsync(o => (o.BetweenTokensTimeout, o.FirstTokenTimeout, o.TotalTimeout) = (6 * Short, 6 * Short, 6 * Short));

        answer.Text.ShouldBe("Rayleigh scattering.");
    }

    [Fact]
    public async Task An_error_object_in_the_stream_is_a_failure()
    {
        _server.Script(new FakeReply { ErrorAfter = 2, ErrorMessage = "canary" });

        (await FailAsync()).ToString().ShouldNotContain("canary");

        _server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Filtered_content_is_a_refusal(int tokens)
    {
        _server.Default = new FakeReply { Text = new string('x', tokens), FinishReason = "content_filter" };

        await Should.ThrowAsync<ModelRefusedException>(() => AskAsync());

        _server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Garbage_in_the_stream_is_a_failure_without_its_text()
    {
        _server.Script(new FakeReply { GarbageAfter = 2 });

        var failure = await FailAsync();

        failure.Reason.ShouldBe(ModelFailureReason.UnreadableAnswer);
        failure.ToString().ShouldNotContain("oops");
    }

    [Theory]
    [InlineData("{\"unexpected\": true}")]
    [InlineData("<html>canary</html>")]
    [InlineData("")]
    public async Task A_body_that_is_no_stream_is_a_failure(string body)
    {
        _server.Default = new FakeReply { RawBody = body };

        (await FailAsync()).ToString().ShouldNotContain("canary");

        _server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_answer_without_a_word_is_tried_again_and_then_a_failure()
    {
        _server.Default = new FakeReply { Text = "" };

        (await FailAsync()).Reason.ShouldBe(ModelFailureReason.EmptyAnswer);

        _server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_provider_that_keeps_failing_is_left_alone()
    {
        _server.Default = new FakeReply { Status = 500 };
        using var models = Models(o => (o.BreakerMinimumTries, o.BreakerPause) = (3, TimeSpan.FromMinutes(1)));
        (await FailAsync(models)).Reason.ShouldBe(ModelFailureReason.ServerError);

        (await FailAsync(models)).Reason.ShouldBe(ModelFailureReason.CircuitOpen);

        _server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_call_that_its_caller_cancels_is_cancelled_and_nobodys_fault()
    {
        _server.Default = new FakeReply { StallAfter = 1 };
        using var cancel = new CancellationTokenSource();
        using var models = Models();
        await using var updates = models.Select(null).Client.GetStreamingResponseAsync(Question, cancellationToken: cancel.Token)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        while (await updates.MoveNextAsync() && updates.Current.Text.Length == 0)
        {
        }

        var next = updates.MoveNextAsync();
        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
        await _server.Requests.ShouldHaveSingleItem().Abandoned.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_server_without_keys_is_sent_none()
    {
        (await AskAsync(o => o.ApiKey = null)).Text.ShouldBe("Rayleigh scattering.");

        _server.Requests.ShouldHaveSingleItem().Authorization.ShouldBe("Bearer none");
    }

    private async Task<ChatResponse> AskAsync(Action<LlmProviderOptions>? configure = null)
    {
        using var models = Models(configure);
        return await AskAsync(models);
    }

    private async Task<ModelUnavailableException> FailAsync(Action<LlmProviderOptions>? configure = null)
    {
        using var models = Models(configure);
        return await FailAsync(models);
    }

    private static Task<ChatResponse> AskAsync(ModelCatalog models) =>
        models.Select(null).Client.GetStreamingResponseAsync(Question).ToChatResponseAsync(TestContext.Current.CancellationToken);

    private static async Task<ModelUnavailableException> FailAsync(ModelCatalog models)
    {
        var failure = await Should.ThrowAsync<ModelUnavailableException>(() => AskAsync(models));
        failure.InnerException.ShouldBeNull();
        return failure;
    }

    private ModelCatalog Models(Action<LlmProviderOptions>? configure = null)
    {
        var options = new LlmProviderOptions
        {
            Type = "openai",
            BaseUrl = string.Create(CultureInfo.InvariantCulture, $"{_server.BaseUrl}"),
            ApiKey = "test-key",
            Model = "m-1",
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
        };
        configure?.Invoke(options);
        return ModelRig.Create(options);
    }
}
