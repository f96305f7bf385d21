using System.ClientModel;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.WholeSystem;
using OpenAI.Chat;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>OpenAI's own SDK for .NET, unchanged, against all four services as processes.</summary>
public sealed class OpenAiSdkTests(SystemFixture system, StandInsFixture standIns) : IClassFixture<SystemFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turns_and_options_reach_the_model_as_they_were_given_and_the_answer_comes_whole()
    {
        var question = standIns.UniqueName("Who am I?");
        ChatMessage[] messages =
        [
            new SystemChatMessage("Be brief."), new UserChatMessage("I am Ada."), new AssistantChatMessage("Hello, Ada."),
            new UserChatMessage(ChatMessageContentPart.CreateTextPart(question)),
        ];
        var options = new ChatCompletionOptions { Temperature = 0.5f, TopP = 0.25f, MaxOutputTokenCount = 50, FrequencyPenalty = 1, PresencePenalty = -1, StopSequences = { "END" } };

        var answer = await Client().CompleteChatAsync(messages, options, Token);

        answer.Value.Content[0].Text.ShouldBe(system.OpenAi.Default.Text);
        answer.Value.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Value.Model.ShouldBe(SystemFixture.FakeModel);
        (answer.Value.Usage.InputTokenCount, answer.Value.Usage.OutputTokenCount, answer.Value.Usage.TotalTokenCount).ShouldBe((11, 7, 18));
        var asked = system.OpenAi.Requests.Last(request => request.Messages[^1].Content == question);
        asked.Messages.Select(m => (m.Role, m.Content)).ShouldBe([("system", "Be brief."), ("user", "I am Ada."), ("assistant", "Hello, Ada."), ("user", question)]);
        asked.Body.GetProperty("temperature").GetSingle().ShouldBe(0.5f);
        asked.Body.GetProperty("top_p").GetSingle().ShouldBe(0.25f);
        asked.Body.GetProperty("max_completion_tokens").GetInt32().ShouldBe(50);
        asked.Body.GetProperty("frequency_penalty").GetSingle().ShouldBe(1);
        asked.Body.GetProperty("presence_penalty").GetSingle().ShouldBe(-1);
        asked.Body.GetProperty("stop")[0].GetString().ShouldBe("END");

        var job = await StatusAsync(answer.Value.Id);
        using var http = system.Client(_user);
        var history = await http.GetFromJsonAsync<JsonElement>($"/chats/{job.GetProperty("chatId").GetGuid()}/messages", Token);
        history.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("content").GetString()).ShouldBe([system.OpenAi.Default.Text, question]);
    }

    [Fact]
    public async Task A_stream_is_the_answer_with_its_usage()
    {
        var text = "";
        ChatTokenUsage? usage = null;
        ChatFinishReason? reason = null;
        await foreach (var update in Client("echo").CompleteChatStreamingAsync([new UserChatMessage("Olá, 世界 👩‍👩‍👧")], cancellationToken: Token))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            (usage, reason) = (update.Usage ?? usage, update.FinishReason ?? reason);
        }

        text.ShouldContain("Olá, 世界 👩‍👩‍👧");
        reason.ShouldBe(ChatFinishReason.Stop);
        usage.ShouldNotBeNull().TotalTokenCount.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Models_are_listed_and_another_is_an_error_of_the_clients()
    {
        var models = await OpenAiSdk.Of(system.Address("Api"), _user).GetOpenAIModelClient().GetModelsAsync(Token);
        var unknown = await Should.ThrowAsync<ClientResultException>(() => Client("gpt-none").CompleteChatAsync([new UserChatMessage("x")], cancellationToken: Token));
        var unsupported = await Should.ThrowAsync<ClientResultException>(() => Client().CompleteChatAsync(
            [new UserChatMessage("x")], new ChatCompletionOptions { IncludeLogProbabilities = true }, Token));

        models.Value.Select(model => model.Id).ShouldBe([SystemFixture.FakeModel, "echo", SystemFixture.SharedModel, SystemFixture.FlakyModel]);
        unknown.Status.ShouldBe(404);
        unknown.Message.ShouldContain("model_not_found");
        unsupported.Status.ShouldBe(400);
        unsupported.Message.ShouldContain("logprobs");
    }

    [Fact]
    public async Task A_provider_that_refuses_is_a_502()
    {
        system.OpenAi.Script(new FakeReply { Status = 401 });

        var failed = await Should.ThrowAsync<ClientResultException>(() => Client().CompleteChatAsync([new UserChatMessage("x")], cancellationToken: Token));

        failed.Status.ShouldBe(502);
        failed.Message.ShouldContain("model_refused");
    }

    [Fact]
    public async Task Who_hangs_up_finds_the_answer_by_the_completions_id()
    {
        string? id = null;
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var words = string.Join(' ', Enumerable.Repeat("word", 200));
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in Client("echo").CompleteChatStreamingAsync([new UserChatMessage(words)], cancellationToken: hangUp.Token))
            {
                id = update.CompletionId;
                if (update.ContentUpdate.Count > 0)
                    await hangUp.CancelAsync();
            }
        });

        await Eventually.Is(async () => (await StatusAsync(id!)).GetProperty("status").GetString() == "completed");
    }

    private ChatClient Client(string model = SystemFixture.FakeModel) => OpenAiSdk.Of(system.Address("Api"), _user).GetChatClient(model);

    private async Task<JsonElement> StatusAsync(string completionId)
    {
        using var http = system.Client(_user);
        return await http.GetFromJsonAsync<JsonElement>($"/chat/jobs/{Guid.ParseExact(completionId["chatcmpl-".Length..], "N")}", Token);
    }
}
