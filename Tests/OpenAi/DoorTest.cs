using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>OpenAI's door with nobody behind the queue; the test plays Processor and Notifier.</summary>
public abstract class DoorTest(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected ApiFixture Api => api;

    protected StandInsFixture StandIns => standIns;

    protected string User { get; } = standIns.UniqueName("user");

    private protected IEventLog Log => api.Services.GetRequiredService<IEventLog>();

    private protected IJobStore Jobs => api.Services.GetRequiredService<IJobStore>();

    private protected IChatStore Chats => api.Services.GetRequiredService<IChatStore>();

    /// <summary>What the tests of a class post to.</summary>
    protected virtual string Path => "/v1/chat/completions";

    protected HttpRequestMessage Request(JsonObject body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return request;
    }

    protected Task<HttpResponseMessage> PostAsync(JsonObject body, string? key = null) => api.Client(User).SendAsync(Request(body, key), Token);

    /// <summary>Returns with the headers: the rest is a stream.</summary>
    protected Task<HttpResponseMessage> PostStreamAsync(JsonObject body, string? key = null) =>
        api.Client(User).SendAsync(Request(body, key), HttpCompletionOption.ResponseHeadersRead, Token);

    protected static async Task ShouldBeErrorAsync(HttpResponseMessage response, HttpStatusCode status, string? param, string code)
    {
        var body = await response.Content.ReadAsStringAsync(Token);
        response.StatusCode.ShouldBe(status, body);
        var error = JsonNode.Parse(body)!["error"]!.AsObject();
        error.Select(x => x.Key).ShouldBe(["message", "type", "param", "code"]);
        ((string?)error["message"]).ShouldNotBeNullOrWhiteSpace();
        ((string?)error["param"]).ShouldBe(param);
        ((string?)error["code"]).ShouldBe(code);
        ((string?)error["type"]).ShouldBe((int)status >= 500 ? "server_error" : "invalid_request_error");
        response.Headers.GetValues("x-request-id").ShouldHaveSingleItem().ShouldNotBeEmpty();
    }

    private protected async Task<JobRecord> JobAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await JobAsync(Guid.Parse(response.Headers.GetValues("x-cloudia-job-id").Single()));
    }

    private protected async Task<JobRecord> JobAsync(Guid id) => (await Jobs.GetAsync(id, Token)).ShouldNotBeNull();

    /// <summary>The job of a request with a key, as soon as it is accepted.</summary>
    private protected async Task<JobRecord> JobOfKeyAsync(string key)
    {
        var id = DerivedId.OfIdempotencyKey(User, key);
        await Eventually.Is(async () => await Jobs.GetAsync(id, Token) is not null && (await Log.ReadAsync(id, 0, 1, Token)).Count == 1);
        return await JobAsync(id);
    }

    /// <summary>Null stands for a run that broke off: the next one begins with a reset.</summary>
    private protected Task AnswerAsync(JobRecord job, params string?[] pieces) => AnswerAsync(job, "length", pieces);

    private protected async Task AnswerAsync(JobRecord job, string finishReason, string?[] pieces, int attempt = 1)
    {
        var (_, whole) = await SayAsync(job, pieces, attempt);
        await CompleteAsync(job, whole, finishReason, attempt);
    }

    /// <summary>Says something, and leaves it at that.</summary>
    private protected async Task<(LlmRun Run, string Whole)> SayAsync(JobRecord job, string?[] pieces, int attempt = 1)
    {
        var started = new JobStarted { JobId = job.JobId, ChatId = job.ChatId, Attempt = attempt, Timestamp = Now };
        var run = (await Log.BeginRunAsync(User, started, TimeSpan.FromMinutes(1), Token)).Run!;
        var whole = "";
        foreach (var piece in pieces)
        {
            if (piece is null)
            {
                await Log.ReleaseAsync(run, Token);
                run = (await Log.BeginRunAsync(User, started, TimeSpan.FromMinutes(1), Token)).Run!;
                whole = "";
                continue;
            }

            await DeltaAsync(run, job, piece, attempt);
            whole += piece;
        }

        return (run, whole);
    }

    private protected async Task DeltaAsync(LlmRun run, JobRecord job, string piece, int attempt = 1) =>
        (await Log.AppendAsync(run, new MessageDelta { JobId = job.JobId, ChatId = job.ChatId, Attempt = attempt, Timestamp = Now, Content = piece }, Token)).ShouldBeTrue();

    private protected async Task CompleteAsync(JobRecord job, string whole, string finishReason = "stop", int attempt = 1)
    {
        await Chats.AddMessageAsync(Message(job, whole) with { FinishReason = finishReason, Model = "m", Usage = new() { InputTokens = 11, OutputTokens = 7 } }, attempt, Token);
        await Jobs.RecordOutcomeAsync(
            job.JobId, new() { Outcome = JobOutcome.Completed, Attempt = attempt, EndedAt = Now, Model = "m", Usage = new() { InputTokens = 11, OutputTokens = 7 } }, Token);
        await Log.EndAsync(User, new MessageCompleted
        {
            JobId = job.JobId,
            ChatId = job.ChatId,
            Attempt = attempt,
            Timestamp = Now,
            Content = whole,
            Metadata = new()
            {
                MessageId = DerivedId.OfMessage(job.JobId, MessageRoles.Assistant),
                Model = "m",
                FinishReason = finishReason,
                InputTokens = 11,
                OutputTokens = 7,
                Tokens = 18,
            },
        }, Token);
    }

    private protected async Task FailAsync(JobRecord job, string code, int attempt = 1)
    {
        var failure = JobFailures.FromCode(code);
        await Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = JobOutcome.Failed, Attempt = attempt, EndedAt = Now, FailureCode = code }, Token);
        await Log.EndAsync(User, new JobError
        {
            JobId = job.JobId,
            ChatId = job.ChatId,
            Attempt = attempt,
            Timestamp = Now,
            Message = failure.Message,
            Details = code,
            Retryable = failure.Retryable,
        }, Token);
    }

    /// <param name="partial">What was said and is kept; null: nothing.</param>
    private protected async Task CancelAsync(JobRecord job, string? partial = null)
    {
        if (partial is not null)
            await Chats.AddMessageAsync(Message(job, partial) with { PartialOf = 1 }, 1, Token);
        await Jobs.RecordOutcomeAsync(job.JobId, new() { Outcome = JobOutcome.Cancelled, Attempt = 1, EndedAt = Now, FailureCode = JobFailures.Cancelled.Code }, Token);
        await Log.EndAsync(User, new JobCancelled { JobId = job.JobId, ChatId = job.ChatId, Attempt = 1, Timestamp = Now }, Token);
    }

    /// <param name="isCut">Whether the connection is cut at the end.</param>
    private protected static async Task<List<string>> DataAsync(HttpResponseMessage response, bool isCut = false)
    {
        List<string> data = [];
        try
        {
            await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Token)).EnumerateAsync(Token))
                data.Add(item.Data);
            isCut.ShouldBeFalse("the stream ended as one that is whole");
        }
        catch (IOException) when (isCut)
        {
            // As it is meant to.
        }

        return data;
    }

    private static MessageRecord Message(JobRecord job, string content) => new()
    {
        ChatId = job.ChatId,
        Sequence = MessageSequence.OfAssistant(job.Turn),
        MessageId = DerivedId.OfMessage(job.JobId, MessageRoles.Assistant),
        JobId = job.JobId,
        Role = MessageRoles.Assistant,
        Content = content,
        CreatedAt = Now,
    };
}
