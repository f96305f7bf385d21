using System.Collections.Concurrent;
using System.Diagnostics;
using CloudIa.Processor;
using CloudIa.Processor.Llm;
using CloudIa.Processor.Llm.Configuration;
using CloudIa.Tests.Canaries;
using CloudIa.Tests.FakeAnthropic;
using CloudIa.Tests.FakeOpenAi;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Processor.Llm;

public sealed class TelemetryTests
{
    [Theory]
    [InlineData("whole")]
    [InlineData("refused")]
    [InlineData("unavailable")]
    [InlineData("error")]
    [InlineData("garbage")]
    [InlineData("cut")]
    public async Task Each_try_is_an_activity_without_a_word_of_what_was_asked_or_answered(string what)
    {
        await using var openai = await FakeOpenAiServer.StartAsync();
        await using var anthropic = await FakeAnthropicServer.StartAsync();
        openai.Default = new FakeReply
        {
            Text = "The canary-answer sings.",
            ErrorMessage = "canary-error",
            Status = what switch { "refused" => 400, "unavailable" => 500, _ => 200 },
            ErrorAfter = what == "error" ? 2 : null,
            GarbageAfter = what == "garbage" ? 2 : null,
            CutAfter = what == "cut" ? 0 : null,
        };
        anthropic.Default = new AnthropicReply
        {
            Text = openai.Default.Text,
            ErrorMessage = openai.Default.ErrorMessage,
            Status = openai.Default.Status,
            ErrorAfter = openai.Default.ErrorAfter,
            GarbageAfter = openai.Default.GarbageAfter,
            CutAfter = openai.Default.CutAfter,
        };
        var activities = new ConcurrentQueue<Activity>();
        var model = $"m-{Guid.CreateVersion7():N}";
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ModelTelemetry.SourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        foreach (var provider in new LlmProviderOptions[]
        {
            new() { Type = "openai", BaseUrl = openai.BaseUrl.ToString(), ApiKey = "canary-key", Model = model, MaxRetries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) },
            new() { Type = "anthropic", BaseUrl = anthropic.BaseUrl.ToString(), ApiKey = "canary-key", Model = model, MaxRetries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) },
        })
        {
            await AskAsync(provider, whole: what == "whole");
        }

        var own = activities.Where(x => x.DisplayName.Contains(model, StringComparison.Ordinal)).ToList();
        own.Count.ShouldBe(what is "unavailable" or "cut" ? 4 : 2);
        own.ShouldAllBe(x => x.GetTagItem("gen_ai.request.model") as string == model);

        // OpenAI's SDK reads over an error in the stream: that the answer is not whole is found out above the activity.
        own.Count(x => x.Status == ActivityStatusCode.Error).ShouldBe(what switch { "whole" => 0, "error" => 1, _ => own.Count });
        own.Select(ActivityText.Of).Where(x => x.Contains("canary", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    private static async Task AskAsync(LlmProviderOptions provider, bool whole)
    {
        using var models = ModelRig.Create(provider);
        var asking = models.Select(null).Client
            .GetStreamingResponseAsync([new(ChatRole.System, "canary-system"), new(ChatRole.User, "canary-prompt")])
            .ToChatResponseAsync(TestContext.Current.CancellationToken);
        if (whole)
        {
            (await asking).Text.ShouldContain("canary");
        }
        else
        {
            (await Should.ThrowAsync<Exception>(() => asking)).ShouldSatisfyAllConditions(x => (x is ModelUnavailableException or ModelRefusedException).ShouldBeTrue());
        }
    }
}
