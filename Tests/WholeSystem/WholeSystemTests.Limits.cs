using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using CloudIa.Contracts.Client;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <content>Limits and usage, through all services.</content>
public sealed partial class WholeSystemTests
{
    [Fact]
    public async Task However_jobs_end_their_places_are_free_and_what_they_used_is_counted_and_told()
    {
        using var client = system.Client(_user);
        await using var listener = await system.ListenAsync(_user);
        var answered = Id(await PostAsync(client, "hello"));
        var completed = (await listener.UntilEndAsync(answered))[^1].ShouldBeOfType<MessageCompleted>();
        system.OpenAi.Script(new FakeReply { Text = "never finished, whatever happens", StallAfter = 3 });
        var stopped = await PostAsync(client, "hello");
        while (await listener.NextAsync(Id(stopped)) is not MessageDelta)
        {
            // Until something was said.
        }

        await PostToAsync(client, stopped, "cancel");
        await listener.UntilEndAsync(Id(stopped));
        var refused = Id(await PostAsync(client, "hello", model: "no-such-model"));
        (await listener.UntilEndAsync(refused))[^1].ShouldBeOfType<JobError>();

        // 11 tokens for 2 a million and 7 for 10.
        completed.Metadata.Cost.ShouldBe(new() { Amount = 0.000092m, Currency = "USD" });
        var status = await client.GetFromJsonAsync<JsonElement>($"/chat/jobs/{answered}", Token);
        status.GetProperty("cost").GetProperty("amount").GetDecimal().ShouldBe(0.000092m);

        // The stopped call is written down while its job ends; a probe's place is free when it has been told.
        await Eventually.Is(async () => (await UsageAsync(client)).GetProperty("brokenCalls").GetInt32() == 1);
        var used = await UsageAsync(client);
        var tokens = used.GetProperty("inputTokens").GetInt64() + used.GetProperty("outputTokens").GetInt64();
        used.GetProperty("calls").GetInt32().ShouldBe(2);
        tokens.ShouldBeGreaterThan(18);
        await Eventually.Is(async () =>
        {
            var used = await UsageAsync(client);
            var (jobs, left) = await ProbeAsync(client);
            return jobs == 99 && left == 1_000_000 - used.GetProperty("inputTokens").GetInt64() - used.GetProperty("outputTokens").GetInt64() - (2 + 1024);
        });
    }

    /// <returns>Jobs and tokens that are left beside it.</returns>
    private static async Task<(long Jobs, long Tokens)> ProbeAsync(HttpClient client)
    {
        using var response = await client.PostAsJsonAsync("/chat", new { message = "hello" }, Token);
        var job = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        await UntilAsync(client, job, "completed");
        var left = Left().Match(response.Headers.GetValues("RateLimit").Single());
        return (long.Parse(left.Groups[1].Value, CultureInfo.InvariantCulture), long.Parse(left.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    private static async Task<JsonElement> UsageAsync(HttpClient client) => (await client.GetFromJsonAsync<JsonElement>("/me/usage", Token)).GetProperty("total");

    [GeneratedRegex("\"jobs\";r=([0-9]+), \"tokens\";r=([0-9]+)")]
    private static partial Regex Left();
}
