using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Tests.Approved;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

public sealed partial class WholeSystemTests(SystemFixture system, StandInsFixture standIns) : IClassFixture<SystemFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_services_make_the_approved_queues_and_subscriptions()
    {
        // The redrive policies come when all services have made their queues.
        var text = "";
        await Eventually.Is(async () => (text = await TopologyText.OfAsync(system.MessagingUrl, Token)).Split("RedrivePolicy").Length > 6);

        ApprovedFile.ShouldBe("Services.topology.txt", text);
    }

    [Fact]
    public async Task A_message_is_answered_token_by_token_over_WebSocket_and_kept()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        listener.Greeting.GetProperty("status").GetString().ShouldBe("connected");

        var job = await PostAsync(client, "Why is the sky blue?", model: "echo");
        var events = await listener.UntilEndAsync(Id(job));

        events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(n => (long)n));
        events[0].ShouldBeOfType<JobAccepted>();
        events[1].ShouldBeOfType<JobStarted>();
        events.OfType<MessageDelta>().Count().ShouldBeGreaterThan(2);
        var completed = events[^1].ShouldBeOfType<MessageCompleted>();
        Joined(events).ShouldBe(completed.Content);
        completed.Metadata.Model.ShouldBe("echo");

        var status = await UntilAsync(client, job, "completed");
        status.GetProperty("usage").GetProperty("outputTokens").GetInt64().ShouldBeGreaterThan(0);
        var messages = await MessagesAsync(client, job);
        messages.Select(m => m.GetProperty("role").GetString()).ShouldBe(["user", "assistant"]);
        messages[0].GetProperty("content").GetString().ShouldBe("Why is the sky blue?");
        messages[0].GetProperty("messageId").GetGuid().ShouldBe(job.GetProperty("messageId").GetGuid());
        messages[1].GetProperty("content").GetString().ShouldBe(completed.Content);
        messages[1].GetProperty("messageId").GetGuid().ShouldBe(completed.Metadata.MessageId);
    }

    [Fact]
    public async Task An_OpenAI_server_is_asked_with_the_chats_earlier_messages()
    {
        using var client = system.Client(_user);
        var first = await PostAsync(client, "My name is Ada.");
        await UntilAsync(client, first, "completed");
        var question = standIns.UniqueName("What is my name?");
        var second = await PostAsync(client, question, chat: first);
        await UntilAsync(client, second, "completed");

        var request = system.OpenAi.Requests.Last(r => r.Messages[^1].Content == question);
        request.Messages.Select(m => (m.Role, m.Content)).ShouldBe([
            ("user", "My name is Ada."), ("assistant", system.OpenAi.Default.Text), ("user", question)]);
        (await MessagesAsync(client, second)).Select(m => m.GetProperty("content").GetString()).ShouldBe([
            "My name is Ada.", system.OpenAi.Default.Text, question, system.OpenAi.Default.Text]);
    }

    [Fact]
    public async Task A_refused_request_fails_the_job_and_tells_the_client_why()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        system.OpenAi.Script(new FakeReply { Status = 401 });

        var job = await PostAsync(client, "hello");
        var error = (await listener.UntilEndAsync(Id(job)))[^1].ShouldBeOfType<JobError>();

        error.Details.ShouldBe("model_refused");
        error.Retryable.ShouldBeFalse();
        var status = await UntilAsync(client, job, "failed");
        status.GetProperty("error").GetProperty("code").GetString().ShouldBe("model_refused");
        await Eventually.Is(async () => (await MessagesAsync(client, job)).Count == 1);
        (await MessagesAsync(client, job)).ShouldHaveSingleItem().GetProperty("role").GetString().ShouldBe("user");
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_begun_anew_after_a_reset()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        var text = "The whole answer, at the second try. 👩‍👩‍👧 fim ção";
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        system.OpenAi.Script(new FakeReply { Text = "half an ans", CutAfter = 2, CutWhen = heard.Task }, new FakeReply { Text = text, WriteSize = 3 });

        var job = await PostAsync(client, "hello");
        List<ClientEvent> events = [];
        do
        {
            events.Add(await listener.NextAsync(Id(job)));
        }
        while (events[^1] is not MessageDelta);
        heard.SetResult();
        events.AddRange(await listener.UntilEndAsync(Id(job)));

        events.OfType<MessageReset>().ShouldHaveSingleItem();
        events[^1].ShouldBeOfType<MessageCompleted>().Content.ShouldBe(text);
        Joined(events).ShouldBe(text);
        (await MessagesAsync(client, job))[1].GetProperty("content").GetString().ShouldBe(text);
    }

    [Fact]
    public async Task SignalR_and_WebSocket_listeners_see_the_same_and_other_users_see_nothing()
    {
        using var client = system.Client(_user);
        await using var socket = await system.ListenAsync(_user);
        await using var stranger = await system.ListenAsync(_user + "-x");
        var (hub, pushed) = await HubAsync(system.Address("Notifier"), _user);
        await using var closing = hub;

        var job = await PostAsync(client, "hello");
        var overSocket = await socket.UntilEndAsync(Id(job));
        List<ClientEvent> overHub = [];
        while (overHub.Count < overSocket.Count)
            overHub.Add(await pushed.ReadAsync(Token).AsTask().WaitAsync(Patience, Token));

        overHub.Select(ClientEventJson.Serialize).ShouldBe(overSocket.Select(ClientEventJson.Serialize));

        // What the stranger's own job brings is the first thing that the stranger hears.
        using var other = system.Client(_user + "-x");
        var theirs = await PostAsync(other, "hello");
        (await stranger.NextAnyAsync()).JobId.ShouldBe(Id(theirs));

        // Its model call would take the answer that the next test has written for its own.
        await stranger.UntilEndAsync(Id(theirs));
    }

    [Fact]
    public async Task A_processor_that_is_killed_in_mid_answer_loses_nothing()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        system.OpenAi.Script(new FakeReply { Text = "never finished, whatever happens", StallAfter = 2 });
        var job = await PostAsync(client, "hello");
        List<ClientEvent> events = [];
        do
        {
            events.Add(await listener.NextAsync(Id(job)));
        }
        while (events[^1] is not MessageDelta);

        await system.KillAsync("Processor");
        await system.RestartAsync("Processor");
        events.AddRange(await listener.UntilEndAsync(Id(job)));

        events.Select(e => e.Seq).ShouldBe(Enumerable.Range(1, events.Count).Select(n => (long)n));
        events.OfType<MessageReset>().ShouldNotBeEmpty();
        events[^1].ShouldBeOfType<MessageCompleted>().Content.ShouldBe(system.OpenAi.Default.Text);
        Joined(events).ShouldBe(system.OpenAi.Default.Text);
        await UntilAsync(client, job, "completed");
        (await MessagesAsync(client, job)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Sagas_that_are_killed_under_load_finish_every_job_once()
    {
        using var client = system.Client(_user);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync(client, "hello", model: "echo")));

        await system.KillAsync("Sagas");
        await system.RestartAsync("Sagas");

        foreach (var job in jobs)
        {
            await UntilAsync(client, job, "completed");
            (await MessagesAsync(client, job)).Select(m => m.GetProperty("role").GetString()).ShouldBe(["user", "assistant"]);
        }
    }

    [Fact]
    public async Task No_service_writes_what_people_say_into_its_log()
    {
        using var client = system.Client(_user);
        var (asked, answered) = ("canary-asked-5d1c", "canary-answered-5d1c");
        system.OpenAi.Script(new FakeReply { Text = answered }, new FakeReply { Status = 500, ErrorMessage = answered }, new FakeReply { Status = 400, ErrorMessage = asked });

        await UntilAsync(client, await PostAsync(client, asked), "completed");
        await UntilAsync(client, await PostAsync(client, asked), "failed");
        (await client.PostAsync(new Uri("/chat", UriKind.Relative), JsonContent.Create(new { message = asked, canary = answered }), Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        foreach (var (service, output) in system.Outputs)
        {
            output.ShouldNotContain(asked, Case.Sensitive, service);
            output.ShouldNotContain(answered, Case.Sensitive, service);
            output.ShouldNotContain("a-key", Case.Sensitive, service);
        }
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string message, string? model = null, JsonElement? chat = null)
    {
        var response = await client.PostAsJsonAsync("/chat", new { message, model, chatId = chat?.GetProperty("chatId").GetGuid() }, Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, body);
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    private static async Task<JsonElement> UntilAsync(HttpClient client, JsonElement job, string status)
    {
        var current = default(JsonElement);
        await Eventually.Is(
            async () =>
            {
                current = await client.GetFromJsonAsync<JsonElement>(job.GetProperty("links").GetProperty("self").GetString(), Token);
                return current.GetProperty("status").GetString() is "completed" or "failed" or "cancelled" or "expired";
            },
            "the job has ended",
            seconds: 120);
        current.GetProperty("status").GetString().ShouldBe(status, current.ToString());
        return current;
    }

    /// <summary>Oldest first.</summary>
    private static async Task<List<JsonElement>> MessagesAsync(HttpClient client, JsonElement job)
    {
        var page = await client.GetFromJsonAsync<JsonElement>(job.GetProperty("links").GetProperty("messages").GetString(), Token);
        return [.. page.GetProperty("items").EnumerateArray().Reverse()];
    }

    private static Guid Id(JsonElement job) => job.GetProperty("jobId").GetGuid();

    /// <summary>The deltas since the last reset.</summary>
    private static string Joined(List<ClientEvent> events) =>
        string.Concat(events.Skip(events.FindLastIndex(e => e is MessageReset) + 1).OfType<MessageDelta>().Select(delta => delta.Content));
}
