using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Api.OpenAi;
using CloudIa.Api.OpenAi.Responses;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

public sealed class ResponsesTests(ApiFixture api, StandInsFixture standIns) : ResponsesTest(api, standIns)
{
    /// <summary>By its value: what is asked for that cannot be done.</summary>
    public static TheoryData<string, string> Refused()
    {
        var data = new TheoryData<string, string>();
        foreach (var field in ResponseFields.Refused)
            data.Add(field, field == "store" ? "false" : field == "tools" ? """[{"type":"web_search"}]""" : field == "truncation" ? "\"auto\"" : "{\"type\":\"x\"}");
        data.Add("unknown_field", "1");
        data.Add("text", """{"format":{"type":"json_object"}}""");
        data.Add("reasoning", """{"effort":"low"}""");
        data.Add("include", """["file_search_call.results"]""");
        return data;
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_is_not_supported_is_refused_by_name(string field, string value) =>
        await ShouldBeErrorAsync(await PostAsync(Body(field, value)), HttpStatusCode.BadRequest, field, "unsupported_parameter");

    [Theory]
    [InlineData("model", "null", "model")]
    [InlineData("input", "7", "input")]
    [InlineData("input", "\" \"", "input")]
    [InlineData("input", "[]", "input")]
    [InlineData("input", """[{"role":"assistant","content":"x"}]""", "input")]
    [InlineData("input", """[{"role":"user","content":" "}]""", "input[0].content")]
    [InlineData("input", """[{"role":"judge","content":"x"}]""", "input[0].role")]
    [InlineData("input", """[{"role":"user","content":[{"type":"input_text"}]}]""", "input[0].content[0].text")]
    [InlineData("instructions", "[]", "instructions")]
    [InlineData("temperature", "2.1", "temperature")]
    [InlineData("top_p", "\"1\"", "top_p")]
    [InlineData("max_output_tokens", "0", "max_output_tokens")]
    [InlineData("background", "1", "background")]
    [InlineData("metadata", """{"a":1}""", "metadata")]
    [InlineData("metadata", "[]", "metadata")]
    public async Task A_wrong_value_is_named(string field, string value, string param) =>
        await ShouldBeErrorAsync(await PostAsync(Body(field, value)), HttpStatusCode.BadRequest, param, "invalid_value");

    [Theory]
    [InlineData("""[{"type":"function_call_output","call_id":"x","output":"y"}]""", "input[0].type")]
    [InlineData("""[{"role":"user","content":[{"type":"input_image","image_url":"x"}]}]""", "input[0].content[0].type")]
    [InlineData("""[{"role":"user","content":[{"type":"input_text","text":"x","prompt_cache_breakpoint":true}]}]""", "input[0].content[0].prompt_cache_breakpoint")]
    [InlineData("""[{"role":"user","content":"x","name":"ada"}]""", "input[0].name")]
    public async Task What_a_message_may_not_have_is_refused_by_its_place(string input, string param) =>
        await ShouldBeErrorAsync(await PostAsync(Body("input", input)), HttpStatusCode.BadRequest, param, "unsupported_parameter");

    [Fact]
    public async Task A_whole_response_has_the_answer_and_what_was_asked_and_GET_gives_the_same()
    {
        var key = StandIns.UniqueName("key");
        var body = JsonNode.Parse("""
            {"model":"m","input":[{"role":"user","content":"a"},{"type":"message","id":"msg_1","status":"completed","role":"assistant",
             "content":[{"type":"output_text","text":"b","annotations":[],"logprobs":[]}]},{"role":"user","content":[{"type":"input_text","text":"c"}]}],
             "instructions":"Be \"brief\".","temperature":0.5,"top_p":0.25,"max_output_tokens":50,"metadata":{"z":"1","a":"2"},
             "store":true,"tools":[],"tool_choice":"auto","text":{"format":{"type":"text"}},"truncation":"disabled","user":"u","reasoning":null,"stream":false}
            """)!.AsObject();
        var posted = PostAsync(body, key);
        var job = await JobOfKeyAsync(key);
        await AnswerAsync(job, "stop", ["He said \"no\", ", "it's <b>世界</b> 👩‍👩‍👧"]);

        var text = await (await posted).Content.ReadAsStringAsync(Token);
        var got = await (await GetAsync($"{Path}/resp_{job.JobId:N}")).Content.ReadAsStringAsync(Token);

        got.ShouldBe(text);
        text.ShouldContain("""He said \"no\", it's <b>世界</b>""");
        var response = JsonNode.Parse(text)!;
        ((string?)response["id"]).ShouldBe($"resp_{job.JobId:N}");
        ((string?)response["object"]).ShouldBe("response");
        ((string?)response["status"]).ShouldBe("completed");
        ((long?)response["created_at"]).ShouldBe(job.AcceptedAt.ToUnixTimeSeconds());
        ((string?)response["instructions"]).ShouldBe("Be \"brief\".");
        response["metadata"]!.ToJsonString().ShouldBe("""{"a":"2","z":"1"}""");
        ((double?)response["temperature"]).ShouldBe(0.5);
        ((int?)response["max_output_tokens"]).ShouldBe(50);
        ((string?)response["output"]![0]!["content"]![0]!["text"]).ShouldBe("He said \"no\", it's <b>世界</b> 👩‍👩‍👧");
        response["output"]!.AsArray().Count.ShouldBe(1);
        response["usage"]!.ToJsonString().ShouldBe(
            """{"input_tokens":11,"input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":18}""");
        response["error"].ShouldBeNull();
        var conversation = GivenConversation.Parse(job.Conversation!);
        conversation.Messages.Select(x => (x.Role, x.Content)).ShouldBe([("system", "Be \"brief\"."), ("user", "a"), ("assistant", "b"), ("user", null)]);
        job.Prompt.ShouldBe("c");
    }

    [Fact]
    public async Task An_answer_that_was_cut_is_incomplete()
    {
        var job = await BackgroundAsync();
        await AnswerAsync(job, "length", ["half"]);

        var response = await ResponseAsync(job);
        var events = await EventsAsync(job);

        ((string?)response["status"]).ShouldBe("incomplete");
        response["incomplete_details"]!.ToJsonString().ShouldBe("""{"reason":"max_output_tokens"}""");
        ((string?)response["output"]![0]!["status"]).ShouldBe("incomplete");
        Types(events)[^1].ShouldBe("response.incomplete");
        events[^1]["response"]!.ToJsonString().ShouldBe(response.ToJsonString());
    }

    [Fact]
    public async Task In_the_background_it_is_queued_then_in_progress_then_completed()
    {
        using var accepted = await PostAsync(Body("background", "true"));
        var job = await JobAsync(accepted);
        ((string?)(await JsonAsync(accepted))["status"]).ShouldBe("queued");
        ((string?)(await ResponseAsync(job))["status"]).ShouldBe("queued");
        ((bool?)(await ResponseAsync(job))["background"]).ShouldBe(true);
        accepted.Headers.Location!.ToString().ShouldBe($"{Path}/resp_{job.JobId:N}");

        await AnswerAsync(job, "stop", ["done"]);

        ((string?)(await ResponseAsync(job))["status"]).ShouldBe("completed");
        Types(await EventsAsync(job))[..3].ShouldBe(["response.created", "response.queued", "response.in_progress"]);
    }

    [Fact]
    public async Task A_cancelled_response_has_what_was_said_and_a_second_cancel_changes_nothing()
    {
        var job = await BackgroundAsync();
        await SayAsync(job, ["half"]);
        var cancelling = Api.Client(User).PostAsync(new Uri($"{Path}/resp_{job.JobId:N}/cancel", UriKind.Relative), null, Token);
        await CancelAsync(job, "half");

        var response = await JsonAsync(await cancelling);
        var again = await JsonAsync(await Api.Client(User).PostAsync(new Uri($"{Path}/resp_{job.JobId:N}/cancel", UriKind.Relative), null, Token));
        var events = await EventsAsync(job);

        ((string?)response["status"]).ShouldBe("cancelled");
        ((string?)response["output"]![0]!["content"]![0]!["text"]).ShouldBe("half");
        ((string?)response["output"]![0]!["status"]).ShouldBe("incomplete");
        again.ToJsonString().ShouldBe(response.ToJsonString());
        Types(events)[^1].ShouldBe("response.incomplete");
        events[^1]["response"]!.ToJsonString().ShouldBe(response.ToJsonString());
    }

    [Fact]
    public async Task A_completed_response_stays_as_it_is_when_it_is_cancelled()
    {
        var job = await BackgroundAsync();
        await AnswerAsync(job, "stop", ["done"]);

        var response = await JsonAsync(await Api.Client(User).PostAsync(new Uri($"{Path}/resp_{job.JobId:N}/cancel", UriKind.Relative), null, Token));

        response.ToJsonString().ShouldBe((await ResponseAsync(job)).ToJsonString());
        ((string?)response["status"]).ShouldBe("completed");
    }

    [Fact]
    public async Task A_response_that_follows_another_is_shown_what_was_said_but_not_its_instructions()
    {
        var first = await BackgroundAsync(Body("instructions", "\"Be brief.\""));
        await AnswerAsync(first, "stop", ["one"]);
        var second = await BackgroundAsync(Following(first, "and?"));
        await AnswerAsync(second, "stop", ["two"]);
        var body = Following(second, "more");
        body["instructions"] = "Be long.";

        var third = await BackgroundAsync(body);

        GivenConversation.Parse(third.Conversation!).Messages.Select(x => (x.Role, x.Content ?? third.Prompt)).ShouldBe(
            [("system", "Be long."), ("user", "hello"), ("assistant", "one"), ("user", "and?"), ("assistant", "two"), ("user", "more")]);
        (third.ChatId, third.Turn, third.ParentPlace).ShouldBe((first.ChatId, 3, 4));
        ((string?)(await ResponseAsync(third))["previous_response_id"]).ShouldBe($"resp_{second.JobId:N}");
        var input = (await JsonAsync(await GetAsync($"{Path}/resp_{third.JobId:N}/input_items")))["data"]!.AsArray();
        input.Select(x => (string?)x!["content"]![0]!["text"]).ShouldBe(["more"]);

        // A branch: it follows the first, and not what was said last.
        (await BackgroundAsync(Following(first, "else"))).ParentPlace.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_not_there_not_the_callers_or_not_whole_cannot_be_followed()
    {
        var open = await BackgroundAsync();
        var failed = await BackgroundAsync();
        await FailAsync(failed, "model_unavailable");
        using var completion = await Api.Client(User).PostAsJsonAsync("/chat", new { message = "no response" }, Token);
        var other = (await completion.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("jobId").GetGuid();

        await ShouldBeErrorAsync(await PostAsync(Following(open, "x")), HttpStatusCode.BadRequest, "previous_response_id", "previous_response_not_completed");
        await ShouldBeErrorAsync(await PostAsync(Following(failed, "x")), HttpStatusCode.BadRequest, "previous_response_id", "previous_response_not_completed");
        await ShouldBeErrorAsync(await PostAsync(Body("previous_response_id", "\"resp_x\"")), HttpStatusCode.NotFound, "previous_response_id", "previous_response_not_found");
        await ShouldBeErrorAsync(await PostAsync(Body("previous_response_id", $"\"resp_{other:N}\"")), HttpStatusCode.NotFound, "previous_response_id", "previous_response_not_found");
        using var theirs = Request(Following(open, "x"), null);
        await ShouldBeErrorAsync(await Api.Client(StandIns.UniqueName("user")).SendAsync(theirs, Token), HttpStatusCode.NotFound, "previous_response_id", "previous_response_not_found");
    }

    [Fact]
    public async Task Another_users_response_and_one_that_is_none_are_not_found()
    {
        var job = await BackgroundAsync();
        using var stranger = Api.Client(StandIns.UniqueName("user"));
        foreach (var (client, id) in new[] { (stranger, $"resp_{job.JobId:N}"), (Api.Client(User), "resp_7"), (Api.Client(User), $"{job.JobId}") })
        {
            await ShouldBeErrorAsync(await client.GetAsync(new Uri($"{Path}/{id}", UriKind.Relative), Token), HttpStatusCode.NotFound, "response_id", "response_not_found");
            await ShouldBeErrorAsync(await client.GetAsync(new Uri($"{Path}/{id}?stream=true", UriKind.Relative), Token), HttpStatusCode.NotFound, "response_id", "response_not_found");
            await ShouldBeErrorAsync(await client.PostAsync(new Uri($"{Path}/{id}/cancel", UriKind.Relative), null, Token), HttpStatusCode.NotFound, "response_id", "response_not_found");
            await ShouldBeErrorAsync(await client.GetAsync(new Uri($"{Path}/{id}/input_items", UriKind.Relative), Token), HttpStatusCode.NotFound, "response_id", "response_not_found");
            await ShouldBeErrorAsync(await client.DeleteAsync(new Uri($"{Path}/{id}", UriKind.Relative), Token), HttpStatusCode.NotFound, "response_id", "response_not_found");
        }

        await ShouldBeErrorAsync(await Api.Client(User).DeleteAsync(new Uri($"{Path}/resp_{job.JobId:N}", UriKind.Relative), Token), HttpStatusCode.MethodNotAllowed, null, "method_not_allowed");
    }

    [Theory]
    [InlineData("?stream=maybe", "stream", "invalid_value")]
    [InlineData("?starting_after=1", "starting_after", "invalid_value")]
    [InlineData("?stream=true&starting_after=x", "starting_after", "invalid_value")]
    [InlineData("?include[]=x", "include[]", "unsupported_parameter")]
    [InlineData("?include_obfuscation=true", "include_obfuscation", "unsupported_parameter")]
    [InlineData("/input_items?limit=0", "limit", "invalid_value")]
    [InlineData("/input_items?order=up", "order", "invalid_value")]
    [InlineData("/input_items?after=x", "after", "invalid_value")]
    public async Task A_wrong_question_about_a_response_is_named(string question, string param, string code)
    {
        var job = await BackgroundAsync();

        await ShouldBeErrorAsync(await GetAsync($"{Path}/resp_{job.JobId:N}{question}"), HttpStatusCode.BadRequest, param, code);
    }

    [Fact]
    public async Task Input_is_listed_in_pages()
    {
        var job = await BackgroundAsync(Body("input", """[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}]"""));

        var first = await JsonAsync(await GetAsync($"{Path}/resp_{job.JobId:N}/input_items?limit=2"));
        var rest = await JsonAsync(await GetAsync($"{Path}/resp_{job.JobId:N}/input_items?after={first["last_id"]}"));
        var ascending = await JsonAsync(await GetAsync($"{Path}/resp_{job.JobId:N}/input_items?order=asc"));

        ((bool?)first["has_more"], (bool?)rest["has_more"]).ShouldBe((true, false));
        Texts(first).Concat(Texts(rest)).ShouldBe(["c", "b", "a"]);
        Texts(ascending).ShouldBe(["a", "b", "c"]);
        ((string?)ascending["data"]![1]!["content"]![0]!["type"]).ShouldBe("output_text");

        static IEnumerable<string?> Texts(JsonNode page) => page["data"]!.AsArray().Select(x => (string?)x!["content"]![0]!["text"]);
    }

    [Fact]
    public async Task The_same_key_is_the_same_response_and_another_request_is_refused()
    {
        var key = StandIns.UniqueName("key");
        var first = await JobAsync(await PostAsync(Body("background", "true"), key));
        await AnswerAsync(first, "stop", ["done"]);

        var again = await JsonAsync(await PostAsync(Body("background", "true"), key));

        ((string?)again["id"], (string?)again["status"]).ShouldBe(($"resp_{first.JobId:N}", "completed"));
        await ShouldBeErrorAsync(await PostAsync(Body("metadata", """{"a":"b"}"""), key), HttpStatusCode.BadRequest, "Idempotency-Key", "idempotency_key_reused");
    }

    [Fact]
    public async Task A_conversation_that_grew_too_long_is_refused()
    {
        var text = new string('x', CompletionRequestReader.MaxMessagesBytes / 2);
        var first = await BackgroundAsync(Body("input", JsonSerializer.Serialize(text)));
        await AnswerAsync(first, "stop", ["one"]);

        await ShouldBeErrorAsync(await PostAsync(Following(first, text)), HttpStatusCode.BadRequest, "previous_response_id", "invalid_value");
        await ShouldBeErrorAsync(await PostAsync(Body("input", JsonSerializer.Serialize(text + text))), HttpStatusCode.BadRequest, "input", "invalid_value");
    }

    [Fact]
    public async Task An_answer_that_is_no_longer_there_is_not_found()
    {
        var job = await BackgroundAsync();
        await Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = JobOutcome.Completed, Attempt = 1, EndedAt = job.AcceptedAt }, Token);
        await Api.ForgetLogAsync(job.JobId);

        await ShouldBeErrorAsync(await GetAsync($"{Path}/resp_{job.JobId:N}"), HttpStatusCode.NotFound, null, "answer_not_found");
        await ShouldBeErrorAsync(await PostAsync(Following(job, "x")), HttpStatusCode.NotFound, "previous_response_id", "previous_response_not_found");
        var events = await EventsAsync(job);
        (Types(events)[^1], (string?)events[^1]["code"]).ShouldBe(("error", "answer_not_found"));
    }
}
