using CloudIa.Listening;
using CloudIa.Notifier.Listening;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Notifier.Fakes;
using MassTransit;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

/// <summary>Listening to less than everything, and saying what has arrived: over the raw WebSocket.</summary>
public sealed class ListenerScopeTests : IAsyncLifetime
{
    private readonly Guid _chat = NewId.NextGuid();

    private NotifierHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await NotifierHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Who_listens_to_nothing_gets_the_job_it_subscribes_to_and_no_other()
    {
        using var client = await ConnectAsync("scope=none");
        var job = _host.Job();
        var other = _host.Job();
        other.Answer(pieces: 2);
        job.Accept();

        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}"}""");
        await client.ReadStatusAsync("subscribed");
        _host.Job().Answer(pieces: 2);
        job.Start();
        job.Complete("done");

        (await client.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(job.JobId));
    }

    [Fact]
    public async Task A_chat_is_subscribed_to_with_the_answer_that_is_being_written_and_all_that_follow()
    {
        var first = _host.LastJob(_chat);
        first.Accept();
        first.Start();
        first.Write("in the ");
        using var client = await ConnectAsync("scope=none");

        await client.SendAsync($$"""{"action":"subscribe","chatId":"{{_chat}}"}""");
        (await client.ReadStatusAsync("subscribed")).GetProperty("chatId").GetGuid().ShouldBe(_chat);
        _host.Job().Answer(pieces: 1);
        first.Write("middle");
        first.Complete("in the middle");
        (await client.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(first.JobId));
        var second = new ChatJob(_host.Log, "ana") { ChatId = _chat };
        second.Answer(pieces: 2);
        (await client.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(second.JobId));

        await client.SendAsync($$"""{"action":"unsubscribe","chatId":"{{_chat}}"}""");
        await client.ReadStatusAsync("unsubscribed");
        new ChatJob(_host.Log, "ana") { ChatId = _chat }.Answer(pieces: 2);
        await ShouldBeSilentAsync(client);
    }

    [Fact]
    public async Task A_chat_is_gone_on_with_after_a_number_of_its_last_job_also_where_that_has_ended()
    {
        var job = _host.LastJob(_chat);
        job.Answer(pieces: 4);
        _host.Jobs.Put(job.Record);
        using var client = await ConnectAsync("scope=none");

        await client.SendAsync($$"""{"action":"subscribe","chatId":"{{_chat}}"}""");
        await client.ReadStatusAsync("subscribed");
        await ShouldBeSilentAsync(client);
        await client.SendAsync($$"""{"action":"subscribe","chatId":"{{_chat}}","lastSeq":5}""");
        await client.ReadStatusAsync("subscribed");

        (await client.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(job.JobId).Skip(5));
    }

    [Fact]
    public async Task A_chat_that_is_subscribed_to_again_goes_on_where_its_session_was()
    {
        var job = _host.LastJob(_chat);
        job.Accept();
        job.Start();
        job.Write("one ");
        using (var first = await ConnectAsync("scope=none&sessionId=s"))
        {
            await first.SendAsync($$"""{"action":"subscribe","chatId":"{{_chat}}"}""");
            await first.ReadEventsAsync(x => x.Seq == 3);
            await AcknowledgeAsync(first, job, 2);
        }

        using var second = await ConnectAsync("scope=none&sessionId=s");
        await second.SendAsync($$"""{"action":"subscribe","chatId":"{{_chat}}"}""");
        job.Write("two");
        job.Complete("one two");

        (await second.ReadEventsAsync(x => x.EndsAttempt())).Select(x => x.Seq).ShouldBe([3, 4, 5]);
    }

    [Fact]
    public async Task Nobody_subscribes_to_another_users_chat()
    {
        using var client = await ConnectAsync("scope=none");

        await client.SendAsync($$"""{"action":"subscribe","chatId":"{{_chat}}"}""");

        var error = await client.ReadStatusAsync("error");
        error.GetProperty("message").GetString()!.ShouldContain("not found");
        error.GetProperty("chatId").GetGuid().ShouldBe(_chat);
        new ChatJob(_host.Log, "bob") { ChatId = _chat }.Answer(pieces: 1);
        new ChatJob(_host.Log, "ana") { ChatId = _chat }.Answer(pieces: 1);
        await ShouldBeSilentAsync(client);
    }

    [Fact]
    public async Task All_of_the_users_jobs_are_left_and_come_back()
    {
        using var client = await ConnectAsync();
        var job = _host.Job();
        job.Accept();
        await client.ReadEventsAsync(x => x.Seq == 1);

        await client.SendAsync("""{"action":"unsubscribe","scope":"user"}""");
        (await client.ReadStatusAsync("unsubscribed")).GetProperty("scope").GetString().ShouldBe("user");
        job.Start();
        _host.Job().Answer(pieces: 1);
        await ShouldBeSilentAsync(client);

        await client.SendAsync("""{"action":"subscribe","scope":"user"}""");
        await client.ReadStatusAsync("subscribed");
        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}","lastSeq":1}""");
        await client.ReadStatusAsync("subscribed");
        job.Complete("done");
        (await client.ReadEventsAsync(x => x.EndsAttempt())).Select(x => x.Seq).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_connection_subscribes_to_a_thousand_jobs_and_says_so_at_the_next()
    {
        using var client = await ConnectAsync("scope=none");
        for (var i = 0; i < ListenerScope.Most; i++)
        {
            await client.SendAsync($$"""{"action":"subscribe","jobId":"{{_host.Job().JobId}}"}""");
            await client.ReadStatusAsync("subscribed");
        }

        var more = _host.Job();
        await client.SendAsync($$"""{"action":"subscribe","jobId":"{{more.JobId}}"}""");

        (await client.ReadStatusAsync("error")).GetProperty("message").GetString()!.ShouldContain("1000");
    }

    [Theory]
    [InlineData("scope=")]
    [InlineData("scope=everything")]
    [InlineData("scope=none&scope=user")]
    public async Task A_scope_that_is_not_known_is_refused(string query) =>
        (await Should.ThrowAsync<System.Net.WebSockets.WebSocketException>(() => _host.ConnectAsync(query: query))).Message.ShouldContain("400");

    [Fact]
    public async Task What_was_acknowledged_at_any_number_is_not_sent_again_and_nothing_is_left_out()
    {
        const int Events = 9;
        for (var cut = 1; cut < Events; cut++)
        {
            var job = _host.Job();
            using var steps = job.Steps(Events - 3).GetEnumerator();
            Take(steps, cut);
            using (var first = await ConnectAsync($"sessionId=s{cut}"))
            {
                await first.SendAsync($$"""{"action":"subscribe","jobId":"{{job.JobId}}"}""");
                await first.ReadEventsAsync(x => x.Seq == cut);
                await AcknowledgeAsync(first, job, cut);
            }

            Take(steps, 1);
            using var second = await ConnectAsync($"sessionId=s{cut}");
            Take(steps, Events);

            (await second.ReadEventsAsync(x => x.EndsAttempt())).ShouldBe(_host.Log.All(job.JobId).Skip(cut), $"cut {cut}");
        }
    }

    [Fact]
    public async Task A_job_whose_end_was_acknowledged_is_done_with()
    {
        var job = _host.Job();
        using (var first = await ConnectAsync("sessionId=s"))
        {
            job.Accept();
            await first.ReadEventsAsync(x => x.Seq == 1);
            await AcknowledgeAsync(first, job, 1);
            job.Fail();
            await first.ReadEventsAsync(x => x.EndsAttempt());
            await AcknowledgeAsync(first, job, 2);
        }

        (await _host.Acknowledgements.GetAsync("ana", "s", CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_words_are_few_commands()
    {
        using var client = await ConnectAsync("sessionId=s");
        var job = _host.Job();
        job.Accept();
        for (var i = 2; i <= 200; i++)
        {
            job.Write("x");
        }

        await client.ReadEventsAsync(x => x.Seq == 200);
        for (var i = 1; i <= 200; i++)
        {
            await client.SendAsync($$"""{"action":"ack","jobId":"{{job.JobId}}","seq":{{i}}}""");
        }

        await Eventually.Is(async () => (await _host.Acknowledgements.GetAsync("ana", "s", CancellationToken.None)).GetValueOrDefault(job.JobId) == 200);
        _host.Acknowledgements.Saves.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task What_was_not_sent_cannot_be_acknowledged()
    {
        using var client = await ConnectAsync();
        var job = _host.Job();
        job.Accept();
        await client.ReadEventsAsync(x => x.Seq == 1);

        await client.SendAsync($$"""{"action":"ack","jobId":"{{job.JobId}}","seq":2}""");
        (await client.ReadStatusAsync("error")).GetProperty("jobId").GetGuid().ShouldBe(job.JobId);
        await client.SendAsync($$"""{"action":"ack","jobId":"{{_host.Job("bob").JobId}}","seq":1}""");
        await client.ReadStatusAsync("error");
    }

    [Fact]
    public async Task Acknowledgements_that_cannot_be_read_or_saved_end_no_connection()
    {
        _host.Acknowledgements.IsDown = true;
        using var client = await ConnectAsync("sessionId=s");
        var job = _host.Job();
        job.Accept();
        await client.ReadEventsAsync(x => x.Seq == 1);
        await client.SendAsync($$"""{"action":"ack","jobId":"{{job.JobId}}","seq":1}""");

        await Eventually.Is(() => _host.Logs.Lines.Any(x => x.Contains("could not be saved", StringComparison.Ordinal)));
        job.Complete("done");
        (await client.ReadEventsAsync(x => x.EndsAttempt())).Count.ShouldBe(1);
    }

    private async Task<WebSocketClient> ConnectAsync(string query = "")
    {
        var client = await _host.ConnectAsync(query: query);
        await client.ReadStatusAsync("connected");
        return client;
    }

    private async Task AcknowledgeAsync(WebSocketClient client, ChatJob job, long seq)
    {
        var saves = _host.Acknowledgements.Saves;
        await client.SendAsync($$"""{"action":"ack","jobId":"{{job.JobId}}","seq":{{seq}}}""");
        await Eventually.Is(() => _host.Acknowledgements.Saves > saves);
    }

    /// <summary>What was announced before has no place after the answer to this.</summary>
    private static async Task ShouldBeSilentAsync(WebSocketClient client)
    {
        // Twice: work goes before events that wait, and after the first answer those are gone.
        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("""{"action":"ping"}""");
            await client.ReadStatusAsync("pong");
        }
    }

    private static void Take(IEnumerator<Action> steps, int count)
    {
        for (; count > 0 && steps.MoveNext(); count--)
        {
            steps.Current();
        }
    }
}
