using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Api.OpenAi;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>OpenAI's door with nobody behind the queue; the test plays Processor and Notifier.</summary>
public sealed class OpenAiDoorTests(ApiFixture api, StandInsFixture standIns) : DoorTest(api, standIns)
{
    /// <summary>By its value: what is asked for that cannot be done.</summary>
    public static TheoryData<string, string> Refused()
    {
        var data = new TheoryData<string, string>();
        foreach (var field in CompletionFields.Refused)
            data.Add(field, field == "n" ? "2" : field is "logprobs" or "store" ? "true" : "{\"type\":\"x\"}");
        data.Add("unknown_field", "1");
        data.Add("response_format", "{\"type\":\"json_object\"}");
        data.Add("modalities", "[\"text\",\"audio\"]");
        return data;
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_not_supported_is_refused_by_name(string field, string value)
    {
        var body = Body();
        body[field] = JsonNode.Parse(value);

        await ShouldBeErrorAsync(await PostAsync(body), HttpStatusCode.BadRequest, field, "unsupported_parameter");
    }

    [Theory]
    [InlineData("model", "null", "model")]
    [InlineData("model", "\"a b\"", "model")]
    [InlineData("messages", "\"hello\"", "messages")]
    [InlineData("messages", "[]", "messages")]
    [InlineData("messages", """[{"role":"system","content":"x"}]""", "messages")]
    [InlineData("messages", """[{"role":"user","content":" "}]""", "messages[0].content")]
    [InlineData("messages", """[{"role":"judge","content":"x"}]""", "messages[0].role")]
    [InlineData("messages", """[{"role":"user","content":[{"type":"text"}]}]""", "messages[0].content[0].text")]
    [InlineData("temperature", "2.1", "temperature")]
    [InlineData("top_p", "\"1\"", "top_p")]
    [InlineData("presence_penalty", "-3", "presence_penalty")]
    [InlineData("max_tokens", "0", "max_tokens")]
    [InlineData("max_tokens", "1.5", "max_tokens")]
    [InlineData("seed", "0.5", "seed")]
    [InlineData("stop", """["a","b","c","d","e"]""", "stop")]
    [InlineData("stream", "1", "stream")]
    [InlineData("stream_options", """{"include_usage":true}""", "stream_options")]
    public async Task A_wrong_value_is_named(string field, string value, string param)
    {
        var body = Body();
        body[field] = JsonNode.Parse(value);

        await ShouldBeErrorAsync(await PostAsync(body), HttpStatusCode.BadRequest, param, "invalid_value");
    }

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]""", "messages[0].content[0].type")]
    [InlineData("""[{"role":"tool","content":"x"}]""", "messages[0].role")]
    [InlineData("""[{"role":"user","content":"x","name":"ada"}]""", "messages[0].name")]
    [InlineData("""[{"role":"assistant","content":"x","tool_calls":[{}]}]""", "messages[0].tool_calls")]
    public async Task What_a_message_may_not_have_is_refused_by_its_place(string messages, string param)
    {
        var body = Body();
        body["messages"] = JsonNode.Parse(messages);

        await ShouldBeErrorAsync(await PostAsync(body), HttpStatusCode.BadRequest, param, "unsupported_parameter");
    }

    [Fact]
    public async Task Errors_have_OpenAIs_shape_wherever_they_come_from()
    {
        using var client = Api.Client(User);
        using var text = new StringContent("hello", Encoding.UTF8, "text/plain");
        using var noJson = new StringContent("{", Encoding.UTF8, "application/json");
        using var large = new StringContent(new string(' ', CompletionRequestReader.MaxBodyBytes + 1), Encoding.UTF8, "application/json");
        var long_ = Body();
        long_["messages"]![0]!["content"] = new string('x', CompletionRequestReader.MaxMessagesBytes);
        var missing = Body();
        missing.Remove("messages");

        await ShouldBeErrorAsync(await client.PostAsync(new Uri(Path, UriKind.Relative), text, Token), HttpStatusCode.UnsupportedMediaType, null, "unsupported_media_type");
        await ShouldBeErrorAsync(await client.PostAsync(new Uri(Path, UriKind.Relative), noJson, Token), HttpStatusCode.BadRequest, null, "invalid_value");
        await ShouldBeErrorAsync(await client.PostAsync(new Uri(Path, UriKind.Relative), large, Token), HttpStatusCode.RequestEntityTooLarge, null, "request_too_large");
        await ShouldBeErrorAsync(await PostAsync(long_), HttpStatusCode.BadRequest, "messages", "invalid_value");
        await ShouldBeErrorAsync(await PostAsync(missing), HttpStatusCode.BadRequest, "messages", "missing_required_parameter");
        await ShouldBeErrorAsync(await client.GetAsync(new Uri("/v1/nothing", UriKind.Relative), Token), HttpStatusCode.NotFound, null, "not_found");
        await ShouldBeErrorAsync(await client.GetAsync(new Uri(Path, UriKind.Relative), Token), HttpStatusCode.MethodNotAllowed, null, "method_not_allowed");
        await ShouldBeErrorAsync(await client.GetAsync(new Uri("/v1/models/none", UriKind.Relative), Token), HttpStatusCode.NotFound, "model", "model_not_found");
        await ShouldBeErrorAsync(await Api.Client("not a user").GetAsync(new Uri("/v1/models", UriKind.Relative), Token), HttpStatusCode.Unauthorized, null, "invalid_api_key");
        (await PostAsync(Body(), "a key")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_stream_says_the_answer_as_it_comes_its_usage_and_that_it_is_done()
    {
        using var response = await StreamAsync();
        var job = await JobAsync(response);
        await AnswerAsync(job, "Olá, ", "世界 👩‍👩‍👧", "!\n");

        var data = await DataAsync(response);

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        data[^1].ShouldBe("[DONE]");
        var chunks = data[..^1].ConvertAll(x => JsonNode.Parse(x)!);
        chunks.ShouldAllBe(x => (string?)x["id"] == $"chatcmpl-{job.JobId:N}" && (string?)x["object"] == "chat.completion.chunk" && (string?)x["model"] == "m");
        ((string?)chunks[0]["choices"]![0]!["delta"]!["role"]).ShouldBe("assistant");
        Said(chunks).ShouldBe("Olá, 世界 👩‍👩‍👧!\n");
        ((string?)chunks[^2]["choices"]![0]!["finish_reason"]).ShouldBe("length");
        chunks[^1]["choices"]!.AsArray().ShouldBeEmpty();
        chunks[^1]["usage"]!.ToJsonString().ShouldBe("""{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}""");
    }

    [Fact]
    public async Task A_reset_ends_a_stream_that_has_said_something_and_no_other()
    {
        using var early = await StreamAsync();
        var first = await JobAsync(early);
        await AnswerAsync(first, null, "whole");
        using var late = await StreamAsync();
        var second = await JobAsync(late);
        await AnswerAsync(second, "half an", null, "whole");

        (await DataAsync(early))[^1].ShouldBe("[DONE]");
        var data = await DataAsync(late, isCut: true);

        data.ShouldNotContain("[DONE]");
        data.ShouldNotContain(x => x.Contains("whole", StringComparison.Ordinal));
        var error = JsonNode.Parse(data[^1])!["error"]!;
        ((string?)error["code"]).ShouldBe("stream_interrupted");
        ((string?)error["message"])!.ShouldContain($"/chat/jobs/{second.JobId}");
    }

    [Fact]
    public async Task The_same_key_is_the_same_completion_also_after_a_reset_and_another_way_to_tell_it()
    {
        var key = StandIns.UniqueName("key");
        using var hungUp = await StreamAsync(key);
        var job = await JobAsync(hungUp);
        hungUp.Dispose();
        await AnswerAsync(job, "half an", null, "who", "le");

        using var streamed = await StreamAsync(key);
        using var plain = await PostAsync(Body(), key);
        var other = Body();
        other["temperature"] = 0.5;

        var data = await DataAsync(streamed);
        data[^1].ShouldBe("[DONE]");
        Said(data[..^1].ConvertAll(x => JsonNode.Parse(x)!)).ShouldBe("whole");
        var completion = JsonNode.Parse(await plain.Content.ReadAsStringAsync(Token))!;
        ((string?)completion["id"]).ShouldBe($"chatcmpl-{job.JobId:N}");
        ((string?)completion["object"]).ShouldBe("chat.completion");
        ((string?)completion["choices"]![0]!["message"]!["content"]).ShouldBe("whole");
        ((int?)completion["usage"]!["total_tokens"]).ShouldBe(18);
        plain.Headers.Location!.ToString().ShouldBe($"/chat/jobs/{job.JobId}");
        await ShouldBeErrorAsync(await PostAsync(other, key), HttpStatusCode.BadRequest, "Idempotency-Key", "idempotency_key_reused");
    }

    [Theory]
    [InlineData("model_unavailable", HttpStatusCode.ServiceUnavailable)]
    [InlineData("model_refused", HttpStatusCode.BadGateway)]
    [InlineData("answer_not_made", HttpStatusCode.InternalServerError)]
    public async Task A_failed_job_is_an_error_object(string code, HttpStatusCode status)
    {
        var key = StandIns.UniqueName("key");
        using var stream = await StreamAsync(key);
        var job = await JobAsync(stream);
        var failure = JobFailures.FromCode(code);
        await FailAsync(job, code);

        var data = await DataAsync(stream, isCut: true);
        using var plain = await PostAsync(Body(), key);

        data.ShouldNotContain("[DONE]");
        ((string?)JsonNode.Parse(data[^1])!["error"]!["code"]).ShouldBe(code);
        await ShouldBeErrorAsync(plain, status, null, code);
        plain.Headers.Contains("x-should-retry").ShouldBe(!failure.Retryable);
    }

    [Fact]
    public async Task The_conversation_and_its_options_are_in_the_jobs_row_the_prompt_once()
    {
        var body = JsonNode.Parse("""
            {"model":"m","stream":true,"max_completion_tokens":5,"temperature":0.5,"top_p":0.25,"stop":"X","seed":7,"presence_penalty":1,"frequency_penalty":-1,
             "n":1,"user":"u","tools":null,"response_format":{"type":"text"},
             "messages":[{"role":"developer","content":"Be \"brief\"."},{"role":"user","content":"a"},{"role":"assistant","content":"b","refusal":null},
                         {"role":"user","content":[{"type":"text","text":"c"},{"type":"text","text":"d"}]}]}
            """)!.AsObject();
        using var response = await StreamAsync(body: body);

        var job = await JobAsync(response);

        job.Prompt.ShouldBe("cd");
        job.Turn.ShouldBe(1);
        job.Conversation.ShouldBe(
            """{"messages":[{"role":"developer","content":"Be \"brief\"."},{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user"}],"temperature":0.5,""" +
            "\"topP\":0.25,\"maxTokens\":5,\"stop\":[\"X\"],\"presencePenalty\":1,\"frequencyPenalty\":-1,\"seed\":7}");
    }

    [Fact]
    public async Task Where_models_are_configured_they_are_listed_and_another_is_not_found()
    {
        await using var app = await ApiFixture.StartAsync(StandIns, new()
        {
            ["Llm:Providers:0:Type"] = "openai",
            ["Llm:Providers:0:Model"] = "org/large",
            ["Llm:Providers:0:Models:0"] = "small",
            ["Llm:Providers:1:Name"] = "mine",
        });
        using var client = ApiFixture.ClientOf(app, User);

        var list = await client.GetFromJsonAsync<JsonElement>("/v1/models", Token);
        var one = await client.GetFromJsonAsync<JsonElement>("/v1/models/org/large", Token);

        list.GetProperty("data").EnumerateArray().Select(x => $"{x.GetProperty("id")} {x.GetProperty("owned_by")}").ShouldBe(["org/large openai", "small openai", "echo mine"]);
        one.GetProperty("object").GetString().ShouldBe("model");
        await ShouldBeErrorAsync(await client.PostAsJsonAsync(Path, Body(), Token), HttpStatusCode.NotFound, "model", "model_not_found");
    }

    [Fact]
    public async Task A_service_that_stops_says_so_to_whoever_waits()
    {
        var app = await ApiFixture.StartAsync(StandIns, []);
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        using var client = ApiFixture.ClientOf(app, User);
        var key = StandIns.UniqueName("key");
        using var request = Request(Body(stream: true), key);
        using var stream = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        var plain = client.SendAsync(Request(Body(), key), Token);
        await Eventually.Is(async () => await app.Services.GetRequiredService<IJobStore>().GetAsync(DerivedId.OfIdempotencyKey(User, key), Token) is { IsPromised: true });

        var stopping = app.StopAsync(Token);

        ((string?)JsonNode.Parse((await DataAsync(stream, isCut: true))[^1])!["error"]!["code"]).ShouldBe("service_unavailable");
        await ShouldBeErrorAsync(await plain, HttpStatusCode.ServiceUnavailable, null, "service_unavailable");
        await stopping;
        await app.DisposeAsync();
    }

    private static JsonObject Body(bool stream = false)
    {
        var body = JsonNode.Parse("""{"model":"m","messages":[{"role":"user","content":"hello"}]}""")!.AsObject();
        if (stream)
        {
            body["stream"] = true;
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        return body;
    }

    private static string Said(IEnumerable<JsonNode> chunks) =>
        string.Concat(chunks.Where(x => x["choices"]!.AsArray().Count > 0).Select(x => (string?)x["choices"]![0]!["delta"]!["content"]));

    private Task<HttpResponseMessage> StreamAsync(string? key = null, JsonObject? body = null) =>
        PostStreamAsync(body ?? Body(stream: true), key);
}
