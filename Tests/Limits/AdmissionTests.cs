using System.Net;
using System.Text.Json.Nodes;
using CloudIa.Api.Chat;
using CloudIa.Api.Problems;
using CloudIa.Contracts;
using CloudIa.Limits;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

/// <summary>Limits as Api's callers meet them.</summary>
public sealed class AdmissionTests(StandInsFixture standIns)
{
    private static readonly Dictionary<string, (string Limit, object Value, string Problem, string OpenAi)> Limits = new()
    {
        ["requests"] = ("RequestsPerMinute", 1, "too-many-requests", "rate_limit_exceeded"),
        ["jobs"] = ("ConcurrentJobs", 1, "too-many-jobs", "rate_limit_exceeded"),
        ["tokens"] = ("TokensPerDay", 1_000, "token-quota-exceeded", "insufficient_quota"),
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Matrix { get; } = [.. from limit in Limits.Keys from call in new[] { "chat", "edit", "regenerate", "retry", "completions", "responses" } select (limit, call)];

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Each_call_that_begins_work_is_held_to_each_limit_and_says_which(string name, string call)
    {
        var (limit, value, type, code) = Limits[name];
        await using var api = await LimitedApi.StartAsync(standIns, (limit, value));
        var job = await api.AcceptAsync();
        if (call == "retry")
            await api.EndAsync(job, JobOutcome.Failed);

        using var response = await CallAsync(api, call, job);

        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var wait = response.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull();
        wait.ShouldBe(name switch { "requests" => TimeSpan.FromMinutes(1), "jobs" => TimeSpan.FromSeconds(5), _ => TimeSpan.FromHours(12) });
        response.Headers.GetValues("RateLimit").ShouldHaveSingleItem().ShouldStartWith($"\"{name}\";r=0");
        response.Headers.GetValues("RateLimit-Policy").ShouldHaveSingleItem().ShouldStartWith($"\"{name}\";q={value}");
        if (call is "completions" or "responses")
        {
            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["error"]!;
            ((string?)error["code"]).ShouldBe(code);
            ((string?)error["type"]).ShouldBe(name == "tokens" ? "insufficient_quota" : "requests");
            response.Headers.TryGetValues("x-should-retry", out var retry).ShouldBe(name == "tokens", "only tomorrow helps");
            return;
        }

        var problem = await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.TooManyRequests, type);
        problem.GetProperty("limit").GetString().ShouldBe(name);
        problem.GetProperty("quota").GetInt64().ShouldBe(Convert.ToInt64(value, null));
        problem.GetProperty("retryAfter").GetInt64().ShouldBe((long)wait.TotalSeconds);
        problem.GetProperty("violated-policies").EnumerateArray().Select(x => x.GetString()).ShouldBe([name]);
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain($"{value} ");
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("completions")]
    [InlineData("responses")]
    public async Task What_is_accepted_says_what_is_left(string call)
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("RequestsPerMinute", 10), ("ConcurrentJobs", 5), ("TokensPerDay", 100_000), ("AnswerTokens", 100));

        using var response = await CallAsync(api, call, default);

        response.IsSuccessStatusCode.ShouldBeTrue();
        response.Headers.GetValues("RateLimit-Policy").ShouldBe(["\"requests\";q=10;w=60, \"jobs\";q=5;qu=\"concurrent-requests\", \"tokens\";q=100000;qu=\"tokens\";w=86400"]);
        response.Headers.GetValues("RateLimit").ShouldHaveSingleItem().ShouldMatch("^\"requests\";r=9;t=60, \"jobs\";r=4, \"tokens\";r=99[78]\\d\\d;t=43200$");
        response.Headers.RetryAfter.ShouldBeNull();
    }

    [Fact]
    public async Task A_system_prompt_that_comes_along_is_reserved_and_so_is_it_by_a_retry()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("TokensPerDay", 10_000), ("AnswerTokens", 100));

        using var accepted = await api.PostAsync("/chat", new { message = "hello", systemPrompt = new string('x', 4_000) });
        Left(accepted).ShouldBe(10_000 - 100 - 2 - 1_000);

        var job = await LimitedApi.IdAsync(accepted);
        await api.EndAsync(job, JobOutcome.Failed);
        using var retried = await api.PostAsync($"/chat/jobs/{job}/retry");
        Left(retried).ShouldBe(10_000 - (2 * 1_102));

        static int Left(HttpResponseMessage response) =>
            int.Parse(response.Headers.GetValues("RateLimit").Single().Split("\"tokens\";r=")[1].Split(';')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Where_nothing_is_limited_nothing_is_said()
    {
        await using var api = await LimitedApi.StartAsync(standIns);

        var response = await api.SubmitAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.Where(x => x.Key.StartsWith("RateLimit", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_repeated_request_is_the_same_job_and_counts_as_a_request_only()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("RequestsPerMinute", 3), ("ConcurrentJobs", 1), ("TokensPerDay", 1_000));
        var job = await api.AcceptAsync("k");

        (await api.AcceptAsync("k")).ShouldBe(job);
        (await api.AcceptAsync("k")).ShouldBe(job);

        await SubmitTests.ShouldBeProblemAsync(await api.SubmitAsync("k"), HttpStatusCode.TooManyRequests, "too-many-requests");
    }

    [Fact]
    public async Task The_same_request_many_times_at_once_takes_one_place()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 2));

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.AcceptAsync("k")));

        ids.Distinct().ShouldHaveSingleItem();
        await api.AcceptAsync();
        await SubmitTests.ShouldBeProblemAsync(await api.SubmitAsync(), HttpStatusCode.TooManyRequests, "too-many-jobs");
    }

    [Fact]
    public async Task What_begins_no_job_takes_no_place()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 2), ("TokensPerDay", 2_500));
        var job = await api.AcceptAsync("k");

        (await api.PostAsync("/chat", new { message = "hello", chatId = Guid.CreateVersion7() })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await api.PostAsync("/chat", new { message = "" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await api.PostAsync("/chat", new { message = "another" }, "k")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var chatId = (await api.Jobs.GetAsync(job, Token))!.ChatId;
        (await api.PostAsync("/chat", new { message = "hello", chatId, onBusy = "reject" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await api.PostAsync($"/chat/jobs/{job}/retry")).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        await api.AcceptAsync();
    }

    [Fact]
    public async Task A_message_that_could_not_be_handed_on_gives_its_place_back()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1), ("TokensPerDay", 1_000));

        await Should.ThrowAsync<DependencyException>(() => SubmitAsync(api));

        await api.AcceptAsync();
    }

    [Fact]
    public async Task A_retry_takes_a_place_again()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1));
        var job = await api.AcceptAsync();
        await api.EndAsync(job, JobOutcome.Failed);
        await api.Services.GetRequiredService<ILimits>().EndAsync(api.User, new(job, 1), 0, Token);

        (await api.PostAsync($"/chat/jobs/{job}/retry")).StatusCode.ShouldBe(HttpStatusCode.Accepted);

        (await api.SubmitAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await api.PostAsync($"/chat/jobs/{job}/retry")).StatusCode.ShouldBe(HttpStatusCode.Accepted, "it is under way");
        await api.Services.GetRequiredService<ILimits>().EndAsync(api.User, new(job, 2), 0, Token);
        await api.AcceptAsync();
    }

    [Fact]
    public async Task A_request_that_died_before_its_row_holds_its_place_for_half_a_minute()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1), ("TokensPerDay", 1_000));
        await api.Services.GetRequiredService<ILimits>().AdmitAsync(new(api.User, null), new(new(Guid.CreateVersion7(), 1), 1_000), isCounted: false, Token);
        (await api.SubmitAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);

        api.Time.Advance(TimeSpan.FromSeconds(30));

        await api.AcceptAsync();
    }

    [Fact]
    public async Task An_end_that_the_limits_did_not_hear_of_is_read_from_the_row_with_what_was_used()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1), ("TokensPerDay", 2_000), ("AnswerTokens", 100));
        var job = await api.AcceptAsync();
        await api.EndAsync(job, JobOutcome.Completed, new() { InputTokens = 1_200, OutputTokens = 300 });
        api.Time.Advance(TimeSpan.FromSeconds(30));

        var response = await api.SubmitAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.GetValues("RateLimit").Single().ShouldContain("\"tokens\";r=398");
    }

    [Fact]
    public async Task A_job_that_runs_for_long_keeps_its_place()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1));
        await api.AcceptAsync();

        for (var n = 0; n < 10; n++)
        {
            api.Time.Advance(TimeSpan.FromMinutes(10));
            (await api.SubmitAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        }
    }

    [Fact]
    public async Task A_row_that_another_request_was_promised_keeps_its_place()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1));

        await Should.ThrowAsync<DependencyException>(() => SubmitAsync(api, async job => await api.Jobs.TryPromiseAsync(job, Token)));

        (await api.SubmitAsync()).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Another_request_with_the_same_key_at_the_same_moment_leaves_the_job_its_place_and_its_tokens()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1), ("TokensPerDay", 10_000), ("AnswerTokens", 1_000));
        Guid job = default;

        // Both have looked for the row before it was there.
        var other = await SubmitAtOnceAsync(api, "another", async () => job = await api.AcceptAsync("k"));

        other.ShouldBeOfType<SubmissionResult.KeyReused>().JobId.ShouldBe(job);
        var refused = await api.SubmitAsync();
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, "the job runs");
        refused.Headers.GetValues("RateLimit").Single().ShouldContain("\"tokens\";r=8998");
        await api.Services.GetRequiredService<ILimits>().EndAsync(api.User, new(job, 1), 0, Token);
        await api.AcceptAsync();
    }

    [Fact]
    public async Task A_repeated_request_that_took_the_place_of_a_job_which_had_ended_meanwhile_gives_it_back()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("ConcurrentJobs", 1));

        var repeated = await SubmitAtOnceAsync(api, "hello", async () =>
        {
            var job = await api.AcceptAsync("k");
            await api.EndAsync(job, JobOutcome.Completed);
            await api.Services.GetRequiredService<ILimits>().EndAsync(api.User, new(job, 1), 0, Token);
        });

        repeated.ShouldBeOfType<SubmissionResult.Accepted>().Repeated.ShouldBeTrue();
        await api.AcceptAsync();
    }

    private static Task<SubmissionResult> SubmitAtOnceAsync(LimitedApi api, string message, Func<Task> meanwhile) =>
        api.Services.SubmitAsync(api.User, new() { Prompt = message }, "k", new HookedJobs(api.Jobs, meanwhile));

    private static Task<HttpResponseMessage> CallAsync(LimitedApi api, string call, Guid job) => call switch
    {
        "chat" => api.SubmitAsync(),
        "edit" => api.PostAsync($"/chat/jobs/{job}/edit", new { message = "other" }),
        "completions" => api.PostAsync("/v1/chat/completions", new { model = "echo", stream = true, messages = new[] { new { role = "user", content = "hello" } } }),
        "responses" => api.PostAsync("/v1/responses", new { model = "echo", background = true, input = "hello" }),
        _ => api.PostAsync($"/chat/jobs/{job}/{call}"),
    };

    /// <summary>SQS is away.</summary>
    /// <param name="before">What happens to the row before that is known.</param>
    private static Task<SubmissionResult> SubmitAsync(LimitedApi api, Func<Guid, Task>? before = null) =>
        api.Services.SubmitAsync(
            api.User, new() { Prompt = "hello" }, "k", bus: new FailingBus(before is null ? null : () => before(DerivedId.OfIdempotencyKey(api.User, "k"))));
}
