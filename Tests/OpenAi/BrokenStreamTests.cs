#pragma warning disable OPENAI001 // The SDK's word for its responses: they may change.

using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>An error in the middle of a stream must reach the caller of either SDK: a part of an answer must not pass for a whole one.</summary>
public sealed class BrokenStreamTests(ApiFixture api, StandInsFixture standIns) : DoorTest(api, standIns)
{
    [Fact]
    public async Task Chunks_that_end_with_an_error_throw_in_dotnet()
    {
        var key = StandIns.UniqueName("key");
        var answered = AnswerBrokenAsync(key);
        var said = "";

        var failure = await Should.ThrowAsync<Exception>(async () =>
        {
            await foreach (var update in Sdk(key).GetChatClient("m").CompleteChatStreamingAsync([new UserChatMessage("hello")], cancellationToken: Token))
                said += string.Concat(update.ContentUpdate.Select(part => part.Text));
        });

        await answered;
        said.ShouldBe("half");
        failure.ShouldBeAssignableTo<IOException>();
    }

    [Fact]
    public async Task Chunks_that_end_with_an_error_throw_in_JavaScript()
    {
        var key = StandIns.UniqueName("key");
        var answered = AnswerBrokenAsync(key);

        var printed = await RunAsync(
            """
            let said = '', failure;
            try {
              const stream = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'hello' }], stream: true }, { headers: { 'Idempotency-Key': argument } });
              for await (const chunk of stream) said += chunk.choices[0]?.delta?.content ?? '';
            } catch (error) { failure = error; }
            print([said, failure instanceof OpenAI.APIError, failure?.code, failure?.message]);
            """, key);

        await answered;
        (printed[0].GetString(), printed[1].GetBoolean(), printed[2].GetString()).ShouldBe(("half", true, "stream_interrupted"));
        printed[3].GetString()!.ShouldContain("the answer");
    }

    [Fact]
    public async Task A_response_whose_model_broke_off_is_an_error_for_who_has_heard_of_it()
    {
        using var created = await Api.Client(User).PostAsJsonAsync("/v1/responses", new { model = "m", input = "hello", background = true }, Token);
        var job = await JobAsync(created);
        await AnswerAsync(job, "half", null, "whole");
        var heard = 5;

        List<StreamingResponseUpdate> updates = [];
        await foreach (var update in await Sdk().GetResponsesClient().GetResponseStreamingAsync(
            new GetResponseOptions($"resp_{job.JobId:N}") { StreamingEnabled = true, StartingAfter = heard }, Token))
        {
            updates.Add(update);
        }

        var printed = await RunAsync(
            """
            let failure; const types = [];
            try {
              const stream = await client.responses.retrieve(argument, { stream: true, starting_after: 5 });
              for await (const event of stream) types.push(event.type);
            } catch (error) { failure = error; }
            print([types, failure instanceof OpenAI.APIError, failure?.code]);
            """, $"resp_{job.JobId:N}");

        updates.ShouldHaveSingleItem().ShouldBeOfType<StreamingResponseErrorUpdate>().Code.ShouldBe("stream_interrupted");
        (printed[0].GetArrayLength(), printed[1].GetBoolean(), printed[2].GetString()).ShouldBe((0, true, "stream_interrupted"));
    }

    private async Task AnswerBrokenAsync(string key) => await AnswerAsync(await JobOfKeyAsync(key), "half", null, "whole");

    private async Task<JsonElement> RunAsync(string script, string argument) =>
        await OpenAiScript.RunAsync(new Uri(Api.Client(User).BaseAddress!, "/v1"), User, script, argument);

    private OpenAIClient Sdk(string? key = null) => OpenAiSdk.Of(Api.Client(User).BaseAddress!, User, key);
}
