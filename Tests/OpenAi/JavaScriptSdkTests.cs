using System.Text.Json;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.WholeSystem;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>OpenAI's own SDK for JavaScript, unchanged, against all four services as processes.</summary>
public sealed class JavaScriptSdkTests(SystemFixture system, StandInsFixture standIns) : IClassFixture<SystemFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    [Fact]
    public async Task Completions_come_whole_and_streamed_and_models_are_listed()
    {
        var result = await RunAsync(
            """
            const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: `Olá, "世界" it's 👩‍👩‍👧` }];
            const whole = await client.chat.completions.create({ model: 'echo', messages, temperature: 0.5 });
            let said = '', usage, reason;
            for await (const chunk of await client.chat.completions.create({ model: 'echo', messages, stream: true, stream_options: { include_usage: true } })) {
              said += chunk.choices[0]?.delta?.content ?? '';
              reason = chunk.choices[0]?.finish_reason ?? reason;
              usage = chunk.usage ?? usage;
            }
            const helper = await client.chat.completions.stream({ model: 'echo', messages }).finalContent();
            const models = [];
            for await (const model of client.models.list()) models.push(model.id);
            print({ whole: whole.choices[0].message.content, said, helper, usage, reason, models, one: (await client.models.retrieve('echo')).id });
            """);

        var whole = Text(result, "whole");
        whole.ShouldContain("Olá, \"世界\" it's 👩‍👩‍👧");
        (Text(result, "said"), Text(result, "helper"), Text(result, "reason"), Text(result, "one")).ShouldBe((whole, whole, "stop", "echo"));
        result.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBeGreaterThan(0);
        result.GetProperty("models").EnumerateArray().Select(x => x.GetString()).ShouldBe([SystemFixture.FakeModel, "echo", SystemFixture.SharedModel, SystemFixture.FlakyModel]);
    }

    [Fact]
    public async Task Responses_come_whole_and_streamed_follow_each_other_and_are_taken_up_again()
    {
        var result = await RunAsync(
            """
            const whole = await client.responses.create({ model: 'echo', input: 'one', instructions: 'Be brief.', metadata: { a: 'b' } });
            const next = await client.responses.create({ model: 'echo', input: [{ role: 'user', content: [{ type: 'input_text', text: 'two' }] }], previous_response_id: whole.id });
            const types = [], numbers = [];
            for await (const event of await client.responses.create({ model: 'echo', input: 'three', stream: true })) { types.push(event.type); numbers.push(event.sequence_number); }
            const helper = await client.responses.stream({ model: 'echo', input: 'four' }).finalResponse();

            let left;
            const seen = [];
            for await (const event of await client.responses.create({ model: 'echo', input: 'some words that take their time to be said', stream: true, background: true })) {
              left = event.response?.id ?? left;
              seen.push(event);
              if (event.type === 'response.output_text.delta') break;
            }
            for await (const event of await client.responses.retrieve(left, { stream: true, starting_after: seen.at(-1).sequence_number })) seen.push(event);
            const replayed = await client.responses.stream({ response_id: left }).finalResponse();
            const items = [];
            for await (const item of client.responses.inputItems.list(next.id)) items.push(item.content[0].text);
            print({ whole: whole.output_text, status: whole.status, metadata: whole.metadata, next: next.output_text, previous: next.previous_response_id === whole.id, types, numbers,
              helper: helper.output_text, seen: seen.map(x => x.sequence_number), joined: seen.filter(x => x.type === 'response.output_text.delta').map(x => x.delta).join(''),
              final: seen.at(-1).response.output[0].content[0].text, replayed: replayed.output[0].content[0].text, items });
            """);

        Text(result, "whole").ShouldStartWith("You said: \"one\".");
        Text(result, "status").ShouldBe("completed");
        Text(result, "next").ShouldContain("The first one I know of was: \"one\".");
        result.GetProperty("previous").GetBoolean().ShouldBeTrue();
        result.GetProperty("metadata").GetProperty("a").GetString().ShouldBe("b");
        var types = result.GetProperty("types").EnumerateArray().Select(x => x.GetString()).ToList();
        (types[0], types[^1]).ShouldBe(("response.created", "response.completed"));
        Numbers(result, "numbers").ShouldBe(Enumerable.Range(0, types.Count));
        Text(result, "helper").ShouldStartWith("You said: \"four\".");
        Numbers(result, "seen").ShouldBe(Enumerable.Range(0, Numbers(result, "seen").Count));
        (Text(result, "joined"), Text(result, "replayed")).ShouldBe((Text(result, "final"), Text(result, "final")));
        Text(result, "joined").ShouldContain("some words that take their time to be said");
        result.GetProperty("items").EnumerateArray().Select(x => x.GetString()).ShouldBe(["two"]);
    }

    [Fact]
    public async Task A_response_in_the_background_is_asked_for_and_cancelled()
    {
        system.OpenAi.Script(new FakeReply { StallAfter = 1 });

        var result = await RunAsync(
            """
            const queued = await client.responses.create({ model: 'echo', input: 'hello', background: true });
            let done = queued;
            while (done.status === 'queued' || done.status === 'in_progress') done = await client.responses.retrieve(queued.id);
            const stalls = await client.responses.create({ model: argument, input: 'hello', background: true });
            for await (const event of await client.responses.retrieve(stalls.id, { stream: true })) if (event.type === 'response.output_text.delta') break;
            const cancelled = await client.responses.cancel(stalls.id);
            const again = await client.responses.cancel(stalls.id);
            const late = await client.responses.cancel(queued.id);
            print({ queued: queued.status, done: done.status, text: done.output[0].content[0].text, cancelled: cancelled.status, again: again.status, late: late.status });
            """, SystemFixture.FakeModel);

        (Text(result, "queued"), Text(result, "done"), Text(result, "cancelled"), Text(result, "again"), Text(result, "late")).ShouldBe(("queued", "completed", "cancelled", "cancelled", "completed"));
        Text(result, "text").ShouldStartWith("You said: \"hello\".");
    }

    [Fact]
    public async Task Errors_are_the_SDKs_own()
    {
        var result = await RunAsync(
            """
            const failures = {};
            const fails = async (name, call) => { try { await call(); failures[name] = null; } catch (error) { failures[name] = [error.constructor.name, error.status, error.code, error.param, !!error.requestID]; } };
            const messages = [{ role: 'user', content: 'x' }];
            await fails('model', () => client.chat.completions.create({ model: 'none', messages }));
            await fails('tools', () => client.chat.completions.create({ model: 'echo', messages, tools: [{ type: 'function', function: { name: 'f' } }] }));
            await fails('response', () => client.responses.retrieve('resp_none'));
            await fails('previous', () => client.responses.create({ model: 'echo', input: 'x', previous_response_id: 'resp_none' }));
            await fails('store', () => client.responses.create({ model: 'echo', input: 'x', store: false }));
            await fails('large', () => client.responses.create({ model: 'echo', input: 'x'.repeat(3_000_000) }));
            await fails('delete', () => client.responses.delete('resp_none'));
            await fails('path', () => client.get('/nothing'));
            await fails('login', () => client.withOptions({ defaultHeaders: { 'x-dev-user': 'not a user' } }).models.list());
            print(failures);
            """);

        result.EnumerateObject().Select(x => $"{x.Name} {string.Join(' ', x.Value.EnumerateArray())}").ShouldBe(
        [
            "model NotFoundError 404 model_not_found model True",
            "tools BadRequestError 400 unsupported_parameter tools True",
            "response NotFoundError 404 response_not_found response_id True",
            "previous NotFoundError 404 previous_response_not_found previous_response_id True",
            "store BadRequestError 400 unsupported_parameter store True",
            "large APIError 413 request_too_large  True",
            "delete NotFoundError 404 response_not_found response_id True",
            "path NotFoundError 404 not_found  True",
            "login AuthenticationError 401 invalid_api_key  True",
        ]);
    }

    [Fact]
    public async Task Who_aborts_a_stream_does_not_end_the_job()
    {
        var result = await RunAsync(
            """
            const words = Array(100).fill('word').join(' ');
            const chat = await client.chat.completions.create({ model: 'echo', messages: [{ role: 'user', content: words }], stream: true });
            let id;
            for await (const chunk of chat) { id = chunk.id; if (chunk.choices[0].delta.content) { chat.controller.abort(); } }
            const response = await client.responses.create({ model: 'echo', input: words, stream: true });
            let left;
            for await (const event of response) { left = event.response?.id ?? left; if (event.type === 'response.output_text.delta') response.controller.abort(); }
            let done;
            do done = await client.responses.retrieve(left); while (done.status === 'in_progress');
            const jobId = id.slice('chatcmpl-'.length);
            const status = await (await fetch(new URL(`/chat/jobs/${jobId.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')}`, baseURL), { headers: { 'x-dev-user': user, prefer: 'wait=50' } })).json();
            print({ response: done.status, job: status.status });
            """);

        (Text(result, "response"), Text(result, "job")).ShouldBe(("completed", "completed"));
    }

    private static string Text(JsonElement result, string name) => result.GetProperty(name).GetString()!;

    private static List<int> Numbers(JsonElement result, string name) => [.. result.GetProperty(name).EnumerateArray().Select(x => x.GetInt32())];

    private Task<JsonElement> RunAsync(string script, string argument = "") => OpenAiScript.RunAsync(new Uri(system.Address("Api"), "/v1"), _user, script, argument);
}
