using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>Server-sent events, read by the parser of .NET; the test plays Processor and Notifier.</summary>
public sealed class EventStreamTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IEventLog Log => api.Services.GetRequiredService<IEventLog>();

    private IJobStore Jobs => api.Services.GetRequiredService<IJobStore>();

    [Fact]
    public async Task A_job_that_has_ended_is_told_from_its_first_event_to_its_last_and_the_stream_ends()
    {
        var job = await AnsweredAsync("Olá, ", "世界 👩‍👩‍👧", "!\n");

        var response = await GetAsync(job);
        var events = await ReadAsync(response);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/event-stream");
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        events.Select(x => x.EventId).ShouldBe(["1", "2", "3", "4", "5", "6"]);
        events.ShouldAllBe(x => x.EventType == "message");
        string.Concat(events.Select(x => x.Data).OfType<MessageDelta>().Select(x => x.Content)).ShouldBe("Olá, 世界 👩‍👩‍👧!\n");
        events[^1].Data.ShouldBeOfType<MessageCompleted>().Content.ShouldBe("Olá, 世界 👩‍👩‍👧!\n");
    }

    [Fact]
    public async Task A_reader_goes_on_after_any_event_and_after_the_last_one_nothing_remains()
    {
        var job = await AnsweredAsync("a", "b", "c");
        for (var seq = 0; seq < 6; seq++)
        {
            var expected = Enumerable.Range(seq + 1, 6 - seq).Select(x => $"{x}");
            (await ReadAsync(await GetAsync(job, lastEventId: $"{seq}"))).Select(x => x.EventId).ShouldBe(expected);
            (await ReadAsync(await GetAsync(job, after: $"{seq}"))).Select(x => x.EventId).ShouldBe(expected);
        }

        var over = await GetAsync(job, lastEventId: "6");

        over.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await over.Content.ReadAsStringAsync(Token)).ShouldBeEmpty();
        (await GetAsync(job, after: "2", lastEventId: "6")).StatusCode.ShouldBe(HttpStatusCode.NoContent, "a browser that comes back has its old address");
    }

    [Fact]
    public async Task What_is_written_while_one_reads_comes_at_once_with_signs_of_life_between()
    {
        await using var app = await ApiFixture.StartAsync(standIns, new() { ["Listening:EventStreamHeartbeat"] = "00:00:00.100" });
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        var job = await SubmitAsync(ApiFixture.ClientOf(app, _user));
        using var client = ApiFixture.ClientOf(app, _user);
        using var response = await client.SendAsync(Request(job), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));

        await UntilAsync(reader, line => line.StartsWith("id: 1", StringComparison.Ordinal));
        await UntilAsync(reader, line => line == ":");
        var run = await BeginAsync(app.Services.GetRequiredService<IEventLog>(), job);
        await UntilAsync(reader, line => line.StartsWith("id: 2", StringComparison.Ordinal));
        await app.Services.GetRequiredService<IEventLog>().AppendAsync(run, Delta(job, "x"), Token);
        (await UntilAsync(reader, line => line.StartsWith("data: ", StringComparison.Ordinal) && line.Contains("delta", StringComparison.Ordinal))).ShouldContain("\"content\":\"x\"");
    }

    [Fact]
    public async Task A_service_that_stops_ends_its_streams_so_that_their_readers_come_back()
    {
        var app = await ApiFixture.StartAsync(standIns, []);
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        using var client = ApiFixture.ClientOf(app, _user);
        var job = await SubmitAsync(client);
        using var response = await client.SendAsync(Request(job), HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        await UntilAsync(reader, line => line.StartsWith("id: 1", StringComparison.Ordinal));

        var stopping = app.StopAsync(Token);

        (await reader.ReadToEndAsync(Token)).ShouldNotContain("id:");
        await stopping;
        await app.DisposeAsync();
    }

    [Fact]
    public async Task Where_the_log_is_gone_the_end_comes_from_the_store_and_only_once()
    {
        var job = await SubmitAsync();
        await Jobs.RecordOutcomeAsync(Id(job), new() { Outcome = JobOutcome.Failed, Attempt = 1, EndedAt = Now, FailureCode = JobFailures.ModelUnavailable.Code }, Token);
        await api.ForgetLogAsync(Id(job));

        var end = (await ReadAsync(await GetAsync(job, lastEventId: "3"))).ShouldHaveSingleItem();

        end.EventId.ShouldBe("end-1");
        end.Data.ShouldBeOfType<JobError>().Details.ShouldBe(JobFailures.ModelUnavailable.Code);
        (await GetAsync(job, lastEventId: "end-1")).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        await Jobs.ReopenAsync(Id(job), 1, Now, Token);
        await Jobs.RecordOutcomeAsync(Id(job), new() { Outcome = JobOutcome.Cancelled, Attempt = 2, EndedAt = Now }, Token);
        (await ReadAsync(await GetAsync(job, lastEventId: "end-1"))).ShouldHaveSingleItem().Data.ShouldBeOfType<JobCancelled>().Attempt.ShouldBe(2);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("end-")]
    [InlineData("end-x")]
    [InlineData("99999999999999999999")]
    public async Task An_id_that_no_event_has_is_refused_by_name(string id)
    {
        var job = await SubmitAsync();

        var inHeader = await GetAsync(job, lastEventId: id);
        var inAddress = await GetAsync(job, after: id);

        await SubmitTests.ShouldBeProblemAsync(inHeader, HttpStatusCode.BadRequest, "invalid-request");
        (await inHeader.Content.ReadAsStringAsync(Token)).ShouldContain("Last-Event-ID");
        (await inAddress.Content.ReadAsStringAsync(Token)).ShouldContain("after");
    }

    [Fact]
    public async Task Another_users_job_is_not_there()
    {
        var job = await AnsweredAsync("secret");

        var response = await api.Client(standIns.UniqueName("user")).SendAsync(Request(job), Token);

        await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.NotFound, "job-not-found");
    }

    private static Guid Id(JsonElement job) => job.GetProperty("jobId").GetGuid();

    private static MessageDelta Delta(JsonElement job, string content) =>
        new() { JobId = Id(job), ChatId = job.GetProperty("chatId").GetGuid(), Attempt = 1, Timestamp = Now, Content = content };

    private async Task<LlmRun> BeginAsync(IEventLog log, JsonElement job) => (await log.BeginRunAsync(
        _user, new JobStarted { JobId = Id(job), ChatId = job.GetProperty("chatId").GetGuid(), Attempt = 1, Timestamp = Now }, TimeSpan.FromMinutes(1), Token)).Run!;

    private async Task<JsonElement> AnsweredAsync(params string[] pieces)
    {
        var job = await SubmitAsync();
        var run = await BeginAsync(Log, job);
        foreach (var piece in pieces)
            (await Log.AppendAsync(run, Delta(job, piece), Token)).ShouldBeTrue();
        await Jobs.RecordOutcomeAsync(Id(job), new() { Outcome = JobOutcome.Completed, Attempt = 1, EndedAt = Now, Model = "m" }, Token);
        await Log.EndAsync(_user, new MessageCompleted
        {
            JobId = Id(job),
            ChatId = job.GetProperty("chatId").GetGuid(),
            Attempt = 1,
            Timestamp = Now,
            Content = string.Concat(pieces),
            Metadata = new() { MessageId = DerivedId.OfMessage(Id(job), MessageRoles.Assistant), Model = "m", FinishReason = "stop" },
        }, Token);
        return job;
    }

    private Task<JsonElement> SubmitAsync() => SubmitAsync(api.Client(_user));

    private static async Task<JsonElement> SubmitAsync(HttpClient client)
    {
        using var response = await client.PostAsJsonAsync("/chat", new { message = "hello" }, Token);
        var job = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        job.GetProperty("links").GetProperty("events").GetString().ShouldBe($"/chat/jobs/{Id(job)}/events");
        return job;
    }

    private static HttpRequestMessage Request(JsonElement job, string? after = null, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/chat/jobs/{Id(job)}/events{(after is null ? "" : $"?after={Uri.EscapeDataString(after)}")}", UriKind.Relative));
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return request;
    }

    private Task<HttpResponseMessage> GetAsync(JsonElement job, string? after = null, string? lastEventId = null) =>
        api.Client(_user).SendAsync(Request(job, after, lastEventId), Token);

    private static async Task<List<SseItem<ClientEvent>>> ReadAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        List<SseItem<ClientEvent>> items = [];
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Token), (_, data) => ClientEventJson.Deserialize(data)).EnumerateAsync(Token))
        {
            if (item.EventId is { } id && long.TryParse(id, out var seq))
                item.Data.Seq.ShouldBe(seq);
            items.Add(item);
        }

        return items;
    }

    private static async Task<string> UntilAsync(StreamReader reader, Func<string, bool> isIt)
    {
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (isIt(line))
                return line;
        }

        throw new InvalidOperationException("The stream ended before.");
    }
}
