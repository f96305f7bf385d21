using System.Net;
using System.Text.Json;
using CloudIa.Store;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api.Operators;

public sealed class OperatorUsageApiTests(OperatorsFixture ops) : IClassFixture<OperatorsFixture>
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_all_users_used_is_summed_by_day_user_or_model()
    {
        foreach (var (user, model, day, input) in new[] { ("ada", "m-1", 0, 1), ("ada", "m-2", 1, 20), ("ben", "m-1", 1, 300), ("ben", "m-1", 9, 4000) })
        {
            var used = new UsageRecord
            {
                UserId = user,
                JobId = Guid.CreateVersion7(),
                ChatId = Guid.CreateVersion7(),
                Attempt = 1,
                At = At.AddDays(day),
                Model = model,
                Usage = new() { InputTokens = input },
                Cost = new() { Amount = input / 100m, Currency = "USD" },
            };
            foreach (var _ in Enumerable.Range(0, 2))
                await ops.Services.GetRequiredService<IUsageStore>().AddAsync(used, Token);
        }

        (await PartsAsync("day")).ShouldBe(["2026-03-02 320 3.2", "2026-03-01 1 0.01"]);
        (await PartsAsync("user")).ShouldBe(["ben 300 3", "ada 21 0.21"]);
        (await PartsAsync("model")).ShouldBe(["m-1 301 3.01", "m-2 20 0.2"]);
        (await ops.GetAsync("/ops/usage?from=2026-03-01&to=2026-03-02")).GetProperty("total").GetProperty("inputTokens").GetInt64().ShouldBe(321);
    }

    [Theory]
    [InlineData("from=x")]
    [InlineData("from=2026-01-01&to=2026-12-31")]
    [InlineData("by=chat")]
    public async Task Usage_that_there_cannot_be_is_refused(string query)
    {
        using var answer = await ops.Operator.GetAsync(new Uri($"/ops/usage?{query}", UriKind.Relative), Token);

        await SubmitTests.ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request");
    }

    private async Task<IEnumerable<string>> PartsAsync(string by) => (await ops.GetAsync($"/ops/usage?from=2026-03-01&to=2026-03-02&by={by}")).GetProperty("items").EnumerateArray()
        .Select(x => string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{x.GetProperty("key").GetString()} {Total(x).GetProperty("inputTokens")} {Total(x).GetProperty("costs")[0].GetProperty("amount").GetDecimal():0.##}"));

    private static JsonElement Total(JsonElement part) => part.GetProperty("total");
}
