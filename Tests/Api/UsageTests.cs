using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

public sealed class UsageTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private readonly string _user = standIns.UniqueName("user");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_used_is_added_up_by_day_and_model()
    {
        var chat = Guid.CreateVersion7();
        await AddAsync("2026-03-01", "m-1", 10, 5, cost: 0.25m, chat: chat);
        await AddAsync("2026-03-01", "m-1", 20, 5, cost: 0.50m);
        await AddAsync("2026-03-01", "m-2", 1, 1, cost: null, isBroken: true, isEstimated: true);
        await AddAsync("2026-03-03", "m-1", 100, 50, cost: 1m, currency: "EUR");
        await AddAsync("2026-03-04", "m-1", 999, 999, cost: 1m);

        var usage = await GetAsync("from=2026-02-28&to=2026-03-03");

        (usage.GetProperty("from").GetString(), usage.GetProperty("to").GetString()).ShouldBe(("2026-02-28", "2026-03-03"));
        Text(usage.GetProperty("total")).ShouldBe("4 calls, 1 broken, 1 estimated, 1 unpriced: 131+61, 1 EUR 0.75 USD");
        usage.GetProperty("days").EnumerateArray().Select(x => $"{x.GetProperty("date")} {Text(x.GetProperty("total"))}").ShouldBe(
        [
            "2026-03-03 1 calls, 0 broken, 0 estimated, 0 unpriced: 100+50, 1 EUR",
            "2026-03-01 3 calls, 1 broken, 1 estimated, 1 unpriced: 31+11, 0.75 USD",
        ]);
        usage.GetProperty("days")[1].GetProperty("models").EnumerateArray().Select(x => $"{x.GetProperty("model")} {Text(x.GetProperty("total"))}").ShouldBe(
        [
            "m-1 2 calls, 0 broken, 0 estimated, 0 unpriced: 30+10, 0.75 USD",
            "m-2 1 calls, 1 broken, 1 estimated, 1 unpriced: 1+1, ",
        ]);
        Text((await GetAsync($"from=2026-03-01&to=2026-03-03&chatId={chat}")).GetProperty("total")).ShouldBe("1 calls, 0 broken, 0 estimated, 0 unpriced: 10+5, 0.25 USD");
    }

    [Fact]
    public async Task Left_out_it_is_the_last_30_days_and_another_users_are_not_among_them()
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        await AddAsync($"{today.AddDays(-29):yyyy-MM-dd}", "m", 1, 1, null);
        await AddAsync($"{today.AddDays(-30):yyyy-MM-dd}", "m", 1, 1, null);
        await AddAsync($"{today:yyyy-MM-dd}", "m", 1, 1, null, user: standIns.UniqueName("user"));

        var usage = await GetAsync("");

        usage.GetProperty("total").GetProperty("calls").GetInt32().ShouldBe(1);
        usage.GetProperty("days")[0].GetProperty("date").GetString().ShouldBe($"{today.AddDays(-29):yyyy-MM-dd}");
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("from=2026-03-02&to=2026-03-01", "from")]
    [InlineData("from=2026-01-01&to=2026-04-03", "from")]
    public async Task Days_that_are_none_or_too_many_are_refused(string query, string field)
    {
        var response = await api.Client(_user).GetAsync(new Uri($"/me/usage?{query}", UriKind.Relative), Token);

        var problem = await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.BadRequest, "invalid-request");
        problem.GetProperty("errors").EnumerateObject().Select(x => x.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task A_jobs_page_has_its_cost_or_says_that_there_is_no_price()
    {
        var (priced, free) = (await SubmitAsync(), await SubmitAsync());
        var jobs = api.Services.GetRequiredService<IJobStore>();
        var outcome = new JobOutcomeRecord
        {
            Outcome = JobOutcome.Completed,
            Attempt = 1,
            EndedAt = TimeProvider.System.GetUtcNow(),
            Usage = new() { InputTokens = 11, OutputTokens = 7, Estimated = true },
        };
        await jobs.RecordOutcomeAsync(priced, outcome with { Cost = new() { Amount = 0.000092m, Currency = "EUR" } }, Token);
        await jobs.RecordOutcomeAsync(free, outcome, Token);

        var first = await JobAsync(priced);
        first.GetProperty("cost").GetRawText().ShouldBe("{\"amount\":0.000092,\"currency\":\"EUR\"}");
        first.GetProperty("usage").GetProperty("estimated").GetBoolean().ShouldBeTrue();
        first.TryGetProperty("costUnknown", out _).ShouldBeFalse();
        var second = await JobAsync(free);
        second.TryGetProperty("cost", out _).ShouldBeFalse();
        second.GetProperty("costUnknown").GetString().ShouldBe("no_price");
    }

    private async Task<Guid> SubmitAsync()
    {
        var response = await api.Client(_user).PostAsJsonAsync("/chat", new { message = "hello" }, Token);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("jobId").GetGuid();
    }

    private Task<JsonElement> JobAsync(Guid id) => api.Client(_user).GetFromJsonAsync<JsonElement>($"/chat/jobs/{id}", Token);

    private Task<JsonElement> GetAsync(string query) => api.Client(_user).GetFromJsonAsync<JsonElement>($"/me/usage?{query}", Token);

    private static string Text(JsonElement totals) =>
        $"{totals.GetProperty("calls")} calls, {totals.GetProperty("brokenCalls")} broken, {totals.GetProperty("estimatedCalls")} estimated, " +
        $"{totals.GetProperty("unpricedCalls")} unpriced: {totals.GetProperty("inputTokens")}+{totals.GetProperty("outputTokens")}, " +
        string.Join(' ', totals.GetProperty("costs").EnumerateArray().Select(x => $"{x.GetProperty("amount").GetDecimal():0.##} {x.GetProperty("currency")}"));

    private Task AddAsync(string day, string model, long input, long output, decimal? cost, string currency = "USD", Guid? chat = null, bool isBroken = false,
        bool isEstimated = false, string? user = null) => api.Services.GetRequiredService<IUsageStore>().AddAsync(
        new()
        {
            UserId = user ?? _user,
            JobId = Guid.CreateVersion7(),
            ChatId = chat ?? Guid.CreateVersion7(),
            Attempt = 1,
            At = DateTimeOffset.Parse($"{day}T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture),
            Model = model,
            Usage = new() { InputTokens = input, OutputTokens = output, Estimated = isEstimated ? true : null },
            Cost = cost is { } amount ? new() { Amount = amount, Currency = currency } : null,
            IsBroken = isBroken,
        },
        Token);
}
