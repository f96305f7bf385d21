using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <content>Cancel, retry, turns and branches.</content>
public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task A_cancel_stops_the_answer_and_keeps_what_was_said()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        system.OpenAi.Script(new FakeReply { Text = "never finished, whatever happens", StallAfter = 3 });
        var job = await PostAsync(client, "hello");
        List<ClientEvent> events = [];
        do
        {
            events.Add(await listener.NextAsync(Id(job)));
        }
        while (events[^1] is not MessageDelta);

        (await PostToAsync(client, job, "cancel")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await PostToAsync(client, job, "cancel")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        events.AddRange(await listener.UntilEndAsync(Id(job)));

        events[^1].ShouldBeOfType<JobCancelled>();
        var status = await UntilAsync(client, job, "cancelled");
        status.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
        var messages = await MessagesAsync(client, job);
        messages.Count.ShouldBe(2);
        messages[1].GetProperty("partial").GetBoolean().ShouldBeTrue();
        messages[1].GetProperty("content").GetString().ShouldBe(Joined(events));
        (await PostToAsync(client, job, "cancel")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_cancelled_job_that_is_retried_is_answered_at_its_place()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        system.OpenAi.Script(new FakeReply { Text = "never finished, whatever happens", StallAfter = 3 });
        var job = await PostAsync(client, "hello");
        while (await listener.NextAsync(Id(job)) is not MessageDelta)
        {
            // Until something was said.
        }

        await PostToAsync(client, job, "cancel");
        await listener.UntilEndAsync(Id(job));
        await UntilAsync(client, job, "cancelled");

        (await PostToAsync(client, job, "retry")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var events = await listener.UntilEndAsync(Id(job));

        events.ShouldAllBe(e => e.Attempt == 2);
        events.OfType<MessageReset>().ShouldHaveSingleItem();
        events[^1].ShouldBeOfType<MessageCompleted>().Content.ShouldBe(system.OpenAi.Default.Text);
        Joined(events).ShouldBe(system.OpenAi.Default.Text);
        (await UntilAsync(client, job, "completed")).GetProperty("attempt").GetInt32().ShouldBe(2);
        var messages = await MessagesAsync(client, job);
        messages.Count.ShouldBe(2);
        messages[1].TryGetProperty("partial", out _).ShouldBeFalse();
        messages[1].GetProperty("content").GetString().ShouldBe(system.OpenAi.Default.Text);
        (await PostToAsync(client, job, "retry")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_failed_job_that_is_retried_is_answered()
    {
        using var client = system.Client(_user);
        system.OpenAi.Script(new FakeReply { Status = 401 });
        var job = await PostAsync(client, "hello");
        await UntilAsync(client, job, "failed");

        await PostToAsync(client, job, "retry");

        await Eventually.Is(async () => (await StatusAsync(client, job)) == "completed");
        (await MessagesAsync(client, job)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Messages_sent_while_one_is_answered_wait_their_turn_and_see_what_came_before()
    {
        using var client = system.Client(_user);
        var questions = Enumerable.Range(1, 4).Select(n => standIns.UniqueName($"question {n}")).ToList();
        system.OpenAi.Script(new FakeReply { Text = "the first answer takes its time", ChunkDelay = TimeSpan.FromMilliseconds(150) });
        var jobs = new List<JsonElement> { await PostAsync(client, questions[0]) };
        foreach (var question in questions.Skip(1))
            jobs.Add(await PostAsync(client, question, chat: jobs[0]));
        await Eventually.Is(async () => (await StatusAsync(client, jobs[1])) == "waiting", "the second waits");
        var rejected = await client.PostAsJsonAsync("/chat", new { message = "now or never", chatId = jobs[0].GetProperty("chatId").GetGuid(), onBusy = "reject" }, Token);
        rejected.StatusCode.ShouldBe(HttpStatusCode.Conflict);

        foreach (var job in jobs)
            await UntilAsync(client, job, "completed");

        var messages = await MessagesAsync(client, jobs[0]);
        messages.Where(m => m.GetProperty("role").GetString() == "user").Select(m => m.GetProperty("content").GetString()).ShouldBe(questions);
        messages.Count.ShouldBe(8);
        for (var n = 0; n < 4; n++)
        {
            var request = system.OpenAi.Requests.Last(r => r.Messages[^1].Content == questions[n]);
            request.Messages.Count.ShouldBe((2 * n) + 1, "each is asked with all answers before it");
        }

        var accepted = await client.PostAsJsonAsync("/chat", new { message = "later", chatId = jobs[0].GetProperty("chatId").GetGuid(), onBusy = "reject" }, Token);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);

        // It would take the answer that the next test has written for its own.
        await UntilAsync(client, await accepted.Content.ReadFromJsonAsync<JsonElement>(Token), "completed");
    }

    [Fact]
    public async Task A_turn_that_fails_does_not_block_the_next()
    {
        using var client = system.Client(_user);
        system.OpenAi.Script(new FakeReply { Text = "slow", ChunkSize = 1, ChunkDelay = TimeSpan.FromMilliseconds(200), CutAfter = 3 }, new FakeReply { Status = 401 });
        var first = await PostAsync(client, "hello");
        var second = await PostAsync(client, "hello again", chat: first);

        await UntilAsync(client, first, "failed");
        await UntilAsync(client, second, "completed");
        (await MessagesAsync(client, second)).Select(m => m.GetProperty("role").GetString()).ShouldBe(["user", "user", "assistant"]);
    }

    [Fact]
    public async Task An_answer_is_regenerated_and_a_message_edited_each_on_a_branch_of_its_own()
    {
        using var client = system.Client(_user);
        system.OpenAi.Script(new FakeReply { Text = "one" }, new FakeReply { Text = "two" }, new FakeReply { Text = "two again" }, new FakeReply { Text = "instead" });
        var first = await PostAsync(client, "first");
        await UntilAsync(client, first, "completed");
        var second = await PostAsync(client, "second", chat: first);
        await UntilAsync(client, second, "completed");

        var again = await JsonAsync(await PostToAsync(client, second, "regenerate"));
        await UntilAsync(client, again, "completed");
        again.GetProperty("messageId").GetGuid().ShouldBe(second.GetProperty("messageId").GetGuid(), "it is the same message that is answered");
        (await ContentsAsync(client, first)).ShouldBe(["first", "one", "second", "two again"]);

        var edited = await JsonAsync(await client.PostAsJsonAsync($"{second.GetProperty("links").GetProperty("self").GetString()}/edit", new { message = "rather this" }, Token));
        await UntilAsync(client, edited, "completed");
        (await ContentsAsync(client, first)).ShouldBe(["first", "one", "rather this", "instead"]);
        system.OpenAi.Requests.Last(r => r.Messages[^1].Content == "rather this").Messages.Select(m => m.Content).ShouldBe(["first", "one", "rather this"]);

        var all = await client.GetFromJsonAsync<JsonElement>($"/chats/{first.GetProperty("chatId").GetGuid()}/messages?branch=all", Token);
        all.GetProperty("items").EnumerateArray().Reverse().Select(m => m.GetProperty("content").GetString())
            .ShouldBe(["first", "one", "second", "two", "two again", "rather this", "instead"]);
    }

    private static async Task<HttpResponseMessage> PostToAsync(HttpClient client, JsonElement job, string what) =>
        await client.PostAsync(new Uri($"{job.GetProperty("links").GetProperty("self").GetString()}/{what}", UriKind.Relative), null, Token);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>(Token);

    private static async Task<string?> StatusAsync(HttpClient client, JsonElement job) =>
        (await client.GetFromJsonAsync<JsonElement>(job.GetProperty("links").GetProperty("self").GetString(), Token)).GetProperty("status").GetString();

    private static async Task<IEnumerable<string?>> ContentsAsync(HttpClient client, JsonElement job) =>
        (await MessagesAsync(client, job)).Select(m => m.GetProperty("content").GetString());
}
