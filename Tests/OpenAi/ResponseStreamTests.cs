using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>A response's events, from their first or from where one left.</summary>
public sealed class ResponseStreamTests(ApiFixture api, StandInsFixture standIns) : ResponsesTest(api, standIns)
{
    [Fact]
    public async Task A_stream_has_OpenAIs_events_numbered_without_a_gap()
    {
        using var stream = await PostStreamAsync(Body("stream", "true"));
        var job = await JobAsync(stream);
        await AnswerAsync(job, "stop", ["Olá, ", "世界", "!\n"]);

        var events = await EventsAsync(stream);

        stream.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        Types(events).ShouldBe(
        [
            "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta", "response.output_text.delta",
            "response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
        ]);
        Numbers(events).ShouldBe(Enumerable.Range(0, events.Count).Select(x => (long)x));
        Said(events).ShouldBe("Olá, 世界!\n");
        ((string?)events[7]["text"]).ShouldBe("Olá, 世界!\n");
        events[^1]["response"]!.ToJsonString().ShouldBe((await ResponseAsync(job)).ToJsonString());
        ((string?)events[0]["response"]!["status"]).ShouldBe("in_progress");
    }

    [Fact]
    public async Task Who_reconnects_after_every_single_event_gets_the_same_whole()
    {
        var job = await BackgroundAsync();
        await AnswerAsync(job, "stop", ["a", "b", "cd", "e"]);
        var whole = await EventsAsync(job);

        List<JsonNode> pieces = [];
        for (long? after = null; ;)
        {
            using var stream = await FollowAsync(job, after);
            var next = await FirstAsync(stream);
            if (next is null)
                break;
            pieces.Add(next);
            after = (long?)next["sequence_number"];
        }

        pieces.Select(x => x.ToJsonString()).ShouldBe(whole.Select(x => x.ToJsonString()));
        Numbers(whole).ShouldBe(Enumerable.Range(0, whole.Count).Select(x => (long)x));
    }

    [Fact]
    public async Task Who_comes_back_while_it_is_said_goes_on_where_it_left()
    {
        var job = await BackgroundAsync();
        var (run, _) = await SayAsync(job, ["one "]);
        List<JsonNode> events = [];
        foreach (var (index, piece) in new[] { "two ", "three ", "four " }.Index())
        {
            using var stream = await FollowAsync(job, events is [] ? null : (long?)events[^1]["sequence_number"]);
            await foreach (var item in SseParser.Create(await stream.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
            {
                events.Add(JsonNode.Parse(item.Data)!);
                if (Said(events).Count(x => x == ' ') == index + 1)
                    break;
            }

            await DeltaAsync(run, job, piece);
        }

        await CompleteAsync(job, "one two three four ");
        events.AddRange(await EventsAsync(job, (long?)events[^1]["sequence_number"]));

        events.Select(x => x.ToJsonString()).ShouldBe((await EventsAsync(job)).Select(x => x.ToJsonString()));
        Said(events).ShouldBe("one two three four ");
    }

    [Fact]
    public async Task A_run_that_broke_off_ends_the_streams_that_heard_of_it_and_no_other()
    {
        var job = await BackgroundAsync();
        using var heard = await FollowAsync(job);
        var (run, _) = await SayAsync(job, ["half ", "an"]);
        List<JsonNode> broken = [];
        await foreach (var item in SseParser.Create(await heard.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
        {
            broken.Add(JsonNode.Parse(item.Data)!);
            if (Said(broken) != "half an" || Types(broken)[^1] == "error")
                continue;

            await Log.ReleaseAsync(run, Token);
            await AnswerAsync(job, "stop", ["who", "le"]);
        }

        var fresh = await EventsAsync(job);

        Types(broken)[^1].ShouldBe("error");
        ((string?)broken[^1]["code"]).ShouldBe("stream_interrupted");
        ((long?)broken[^1]["error"]!["sequence_number"]).ShouldBe((long?)broken[^1]["sequence_number"]);
        ((string?)broken[^1]["message"])!.ShouldContain($"/v1/responses/resp_{job.JobId:N}");
        Said(broken).ShouldBe("half an");
        Said(fresh).ShouldBe("whole");
        Types(fresh).Count(x => x == "response.output_item.added").ShouldBe(1);
        Types(fresh)[^1].ShouldBe("response.completed");
        Numbers(fresh).ShouldBe(Numbers(fresh).Order().Distinct());
        Numbers(fresh)[3].ShouldBe(Numbers(broken)[^1] + 1);

        // From each place where one may have been: two answers are never spliced, and who was told goes on with the new one.
        foreach (var number in Numbers(broken))
        {
            var rest = await EventsAsync(job, number);
            var had = broken.TakeWhile(x => (long?)x["sequence_number"] <= number).ToList();
            if (Types(had)[^1] == "error")
                Said(rest).ShouldBe("whole");
            else if (Said(had).Length > 0)
                (rest.Count, rest[^1].ToJsonString()).ShouldBe((1, broken[^1].ToJsonString()));
            else
                (Types([.. had, .. rest]).Count(x => x == "response.output_item.added"), Types(rest)[^1], Said(rest)).ShouldBe((1, "response.completed", "whole"));
        }

        await ReconnectsGiveTheSameAsync(job, fresh);
    }

    [Fact]
    public async Task A_run_that_broke_off_before_it_said_anything_is_not_noticed()
    {
        var job = await BackgroundAsync();
        using var stream = await FollowAsync(job);
        await AnswerAsync(job, "stop", [null, "whole"]);

        var events = await EventsAsync(stream);

        Said(events).ShouldBe("whole");
        Numbers(events).ShouldBe(Enumerable.Range(0, events.Count).Select(x => (long)x));
    }

    [Fact]
    public async Task A_failed_response_says_why_and_another_attempt_is_followed_from_there()
    {
        var key = StandIns.UniqueName("key");
        var whole = PostAsync(Body(), key);
        var job = await JobOfKeyAsync(key);
        var (run, _) = await SayAsync(job, ["half"]);
        await Log.ReleaseAsync(run, Token);
        await FailAsync(job, "model_unavailable");

        var response = await JsonAsync(await whole);
        var events = await EventsAsync(job);

        ((string?)response["status"]).ShouldBe("failed");
        ((string?)response["error"]!["code"]).ShouldBe("model_unavailable");
        response["output"]!.AsArray().ShouldBeEmpty();
        Types(events)[^1].ShouldBe("response.failed");
        events[^1]["response"]!.ToJsonString().ShouldBe(response.ToJsonString());
        (await ResponseAsync(job)).ToJsonString().ShouldBe(response.ToJsonString());

        (await Jobs.ReopenAsync(job.JobId, 1, TimeProvider.System.GetUtcNow(), Token)).ShouldBeTrue();
        await AnswerAsync(await JobAsync(job.JobId), "stop", ["whole"], attempt: 2);

        Said(await EventsAsync(job)).ShouldBe("whole");
        Said(await EventsAsync(job, (long?)events[^1]["sequence_number"])).ShouldBe("whole");
        var before = await EventsAsync(job, (long?)events[^2]["sequence_number"]);
        Types(before).ShouldBe(["response.failed"]);
    }

    [Fact]
    public async Task When_the_log_is_gone_the_store_tells_the_whole_or_the_end()
    {
        var job = await BackgroundAsync();
        await AnswerAsync(job, "stop", ["a", "b", "c"]);
        var before = await EventsAsync(job);
        await Api.ForgetLogAsync(job.JobId);

        var after = await EventsAsync(job);
        var early = await EventsAsync(job, 1);
        var late = await EventsAsync(job, 6);

        Said(after).ShouldBe("abc");
        Types(after).Distinct().ShouldBe(Types(before).Distinct());
        Numbers(after).ShouldBe(Enumerable.Range(0, after.Count).Select(x => (long)x));
        early.Select(x => x.ToJsonString()).ShouldBe(after.Skip(2).Select(x => x.ToJsonString()));
        Types(late).ShouldBe(["response.completed"]);
        Numbers(late).ShouldBe([7L]);
        late[0]["response"]!.ToJsonString().ShouldBe(before[^1]["response"]!.ToJsonString());
    }

    private static async Task<JsonNode?> FirstAsync(HttpResponseMessage stream)
    {
        await foreach (var item in SseParser.Create(await stream.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
            return JsonNode.Parse(item.Data)!;
        return null;
    }

    private async Task ReconnectsGiveTheSameAsync(JobRecord job, List<JsonNode> whole)
    {
        foreach (var (index, value) in whole.Index())
        {
            var rest = await EventsAsync(job, (long?)value["sequence_number"]);
            rest.Select(x => x.ToJsonString()).ShouldBe(whole.Skip(index + 1).Select(x => x.ToJsonString()));
        }
    }
}
