#pragma warning disable OPENAI001 // The SDK's word for its responses: they may change.

using System.ClientModel;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.WholeSystem;
using OpenAI.Responses;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>The responses of OpenAI's own SDK for .NET, unchanged, against all four services as processes.</summary>
public sealed class OpenAiSdkResponsesTests(SystemFixture system, StandInsFixture standIns) : IClassFixture<SystemFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_response_and_the_one_after_it_reach_the_model_with_their_options()
    {
        var question = standIns.UniqueName("Who am I?");
        var client = Client();

        var first = await client.CreateResponseAsync(
            new CreateResponseOptions
            {
                Model = SystemFixture.FakeModel,
                InputItems = { ResponseItem.CreateDeveloperMessageItem("I am Ada."), ResponseItem.CreateUserMessageItem("Hello.") },
                Instructions = "Be brief.",
                Temperature = 0.5f,
                MaxOutputTokenCount = 50,
                Metadata = { ["a"] = "b" },
            }, Token);
        var second = await client.CreateResponseAsync(
            new CreateResponseOptions { Model = SystemFixture.FakeModel, InputItems = { ResponseItem.CreateUserMessageItem(question) }, PreviousResponseId = first.Value.Id }, Token);

        first.Value.Status.ShouldBe(ResponseStatus.Completed);
        first.Value.GetOutputText().ShouldBe(system.OpenAi.Default.Text);
        first.Value.Model.ShouldBe(SystemFixture.FakeModel);
        first.Value.Metadata.ShouldBe(new Dictionary<string, string> { ["a"] = "b" });
        (first.Value.Usage.InputTokenCount, first.Value.Usage.OutputTokenCount, first.Value.Usage.TotalTokenCount).ShouldBe((11, 7, 18));
        second.Value.PreviousResponseId.ShouldBe(first.Value.Id);
        var asked = system.OpenAi.Requests.Last(request => request.Messages[^1].Content == question);
        asked.Messages.Select(m => (m.Role, m.Content)).ShouldBe([("developer", "I am Ada."), ("user", "Hello."), ("assistant", system.OpenAi.Default.Text), ("user", question)]);
        var before = system.OpenAi.Requests.Last(request => request.Messages[^1].Content == "Hello.");
        before.Messages[0].Content.ShouldBe("Be brief.");
        before.Body.GetProperty("temperature").GetSingle().ShouldBe(0.5f);
        before.Body.GetProperty("max_completion_tokens").GetInt32().ShouldBe(50);

        var items = new List<string>();
        await foreach (var item in client.GetResponseInputItemsAsync(second.Value.Id, Token))
            items.Add(((MessageResponseItem)item).Content[0].Text);
        items.ShouldBe([question]);
    }

    [Fact]
    public async Task A_stream_is_left_and_taken_up_again_until_it_is_whole()
    {
        var client = Client();
        var options = new CreateResponseOptions
        {
            Model = "echo",
            InputItems = { ResponseItem.CreateUserMessageItem("Olá, 世界 👩‍👩‍👧 and many words more") },
            BackgroundModeEnabled = true,
            StreamingEnabled = true,
        };
        var (said, last) = ("", -1);
        string? id = null;
        await foreach (var update in await client.CreateResponseStreamingAsync(options, Token))
        {
            (id, last) = ((update as StreamingResponseCreatedUpdate)?.Response.Id ?? id, update.SequenceNumber);
            if (update is StreamingResponseOutputTextDeltaUpdate delta)
            {
                said += delta.Delta;
                break;
            }
        }

        ResponseResult? whole = null;
        await foreach (var update in await client.GetResponseStreamingAsync(new GetResponseOptions(id!) { StreamingEnabled = true, StartingAfter = last }, Token))
        {
            update.SequenceNumber.ShouldBe(++last);
            said += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            whole = (update as StreamingResponseCompletedUpdate)?.Response ?? whole;
        }

        whole.ShouldNotBeNull().GetOutputText().ShouldBe(said);
        said.ShouldContain("Olá, 世界 👩‍👩‍👧 and many words more");
        (await client.GetResponseAsync(id!, Token)).Value.GetOutputText().ShouldBe(said);
    }

    [Fact]
    public async Task In_the_background_it_is_asked_for_until_it_is_there()
    {
        var client = Client();
        var options = new CreateResponseOptions { Model = "echo", InputItems = { ResponseItem.CreateUserMessageItem("hello") }, BackgroundModeEnabled = true };

        var response = (await client.CreateResponseAsync(options, Token)).Value;

        response.Status.ShouldBe(ResponseStatus.Queued);
        response.BackgroundModeEnabled.ShouldBe(true);
        await Eventually.Is(async () => (await client.GetResponseAsync(response.Id, Token)).Value.Status == ResponseStatus.Completed);
    }

    [Fact]
    public async Task A_cancelled_response_stops_the_model()
    {
        var reply = new FakeReply { StallAfter = 1 };
        system.OpenAi.Script(reply);
        var client = Client();
        var options = new CreateResponseOptions { Model = SystemFixture.FakeModel, InputItems = { ResponseItem.CreateUserMessageItem("stall") }, BackgroundModeEnabled = true };
        var response = (await client.CreateResponseAsync(options, Token)).Value;
        await foreach (var update in await client.GetResponseStreamingAsync(response.Id, Token))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate)
                break;
        }

        var cancelled = await client.CancelResponseAsync(response.Id, Token);

        cancelled.Value.Status.ShouldBe(ResponseStatus.Cancelled);
        // All that was streamed: the last character of a chunk waits a moment for what may continue it.
        reply.Text.ShouldStartWith(cancelled.Value.GetOutputText().ShouldNotBeNull());
        cancelled.Value.GetOutputText().Length.ShouldBeInRange(1, reply.ChunkSize);
        (await client.CancelResponseAsync(response.Id, Token)).Value.Status.ShouldBe(ResponseStatus.Cancelled);
    }

    [Fact]
    public async Task Errors_are_the_SDKs_own()
    {
        var client = Client();

        var unknown = await Should.ThrowAsync<ClientResultException>(() => client.GetResponseAsync("resp_none", Token));
        var unsupported = await Should.ThrowAsync<ClientResultException>(() => client.CreateResponseAsync(
            new CreateResponseOptions { Model = "echo", InputItems = { ResponseItem.CreateUserMessageItem("x") }, StoredOutputEnabled = false }, Token));
        system.OpenAi.Script(new FakeReply { Status = 401 });
        var failed = (await client.CreateResponseAsync(SystemFixture.FakeModel, "x", cancellationToken: Token)).Value;

        (unknown.Status, unsupported.Status).ShouldBe((404, 400));
        unknown.Message.ShouldContain("response_not_found");
        unsupported.Message.ShouldContain("store");
        (failed.Status, failed.Error.Code.ToString()).ShouldBe((ResponseStatus.Failed, "model_refused"));
    }

    private ResponsesClient Client() => OpenAiSdk.Of(system.Address("Api"), _user).GetResponsesClient();
}
