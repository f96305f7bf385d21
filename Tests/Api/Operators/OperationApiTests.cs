using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Store;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api.Operators;

/// <summary>Nobody carries these out: what Sagas does is tested there.</summary>
public sealed class OperationApiTests(OperatorsFixture ops) : IClassFixture<OperatorsFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dry_run_counts_and_does_nothing()
    {
        var place = $"CloudIa.Place{NewId.NextGuid():N}";
        var failures = new List<FailureRecord>();
        for (var n = 0; n < 12; n++)
            failures.Add(await ops.AddAsync(OperatorsFixture.Letter() with { Place = place }));

        using var answer = await ops.PostAsync("/ops/operations", new { kind = "discard-dead-letters", filter = new { place }, dryRun = true });

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var preview = await answer.Content.ReadFromJsonAsync<JsonElement>(Token);
        (preview.GetProperty("count").GetInt32(), preview.GetProperty("isAtLeast").GetBoolean()).ShouldBe((12, false));
        preview.GetProperty("examples").EnumerateArray().Select(x => x.GetString()).ShouldBeSubsetOf(failures.Select(x => x.Id));
        preview.GetProperty("examples").GetArrayLength().ShouldBe(10);
        (await ops.GetAsync("/ops/operations")).GetProperty("items").EnumerateArray().ShouldNotContain(x => x.GetProperty("filter").ToString().Contains(place));
    }

    [Fact]
    public async Task An_operation_is_begun_once_listed_and_cancelled()
    {
        using var begun = await ops.PostAsync("/ops/operations", new { kind = "retry-dead-letters", filter = new { queue = "nobodys" }, ratePerSecond = 3 });

        begun.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var path = begun.Headers.Location!.ToString();
        var operation = await ops.GetAsync(path);
        (operation.GetProperty("state").GetString(), operation.GetProperty("ratePerSecond").GetInt32(), operation.GetProperty("userId").GetString()).ShouldBe(("running", 3, "boss"));
        var id = operation.GetProperty("id").GetString();
        (await ops.GetAsync("/ops/operations")).GetProperty("items").EnumerateArray().Count(x => x.GetProperty("id").GetString() == id).ShouldBe(1);

        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var cancelled = await ops.PostAsync($"{path}/cancel");
            cancelled.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await cancelled.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("state").GetString().ShouldBe("cancelled");
        }

        (await ops.GetAsync("/ops/audit")).GetProperty("items").EnumerateArray().Where(x => x.GetProperty("target").GetString() == id)
            .Select(x => x.GetProperty("action").GetString()).ShouldBe(["operation.cancel", "operation.retry-dead-letters"]);
        (await ops.Services.GetRequiredService<IOperationStore>().ListOpenAsync(Token).ToListAsync(Token)).ShouldNotContain(x => x.Id.ToString() == id);
    }

    [Theory]
    [InlineData("""{"kind":"retry-dead-letters"}""", "filter")]
    [InlineData("""{"kind":"erase-everything","filter":{}}""", "kind")]
    [InlineData("""{"kind":"cancel-jobs","filter":{},"ratePerSecond":0}""", "ratePerSecond")]
    [InlineData("""{"kind":"cancel-jobs","filter":{},"ratePerSecond":"many"}""", "ratePerSecond")]
    [InlineData("""{"kind":"cancel-jobs","filter":{"state":"failed"}}""", "filter.state")]
    [InlineData("""{"kind":"cancel-jobs","filter":{"queue":"invoke-llm"}}""", "filter")]
    [InlineData("""{"kind":"cancel-jobs","filter":{"jobs":[]}}""", "filter.jobs")]
    [InlineData("""{"kind":"cancel-jobs","filter":{"jobs":["x"]}}""", "filter.jobs")]
    [InlineData("""{"kind":"cancel-jobs","filter":{"olderThan":"long"}}""", "filter.olderThan")]
    [InlineData("""{"kind":"retry-dead-letters","filter":{"kind":"lost"}}""", "filter.kind")]
    [InlineData("""{"kind":"retry-dead-letters","filter":{"user":"ada"}}""", "filter")]
    [InlineData("""{"kind":"retry-dead-letters","filter":{"wueue":"x"}}""", "filter.wueue")]
    [InlineData("""{"kind":"retry-dead-letters","filter":{},"kind":"x"}""", "kind")]
    [InlineData("[]", "$")]
    public async Task An_operation_that_there_cannot_be_is_refused_by_field(string body, string named)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await ops.Operator.PostAsync(new Uri("/ops/operations", UriKind.Relative), content, Token);

        (await SubmitTests.ShouldBeProblemAsync(answer, HttpStatusCode.BadRequest, "invalid-request")).GetProperty("errors").TryGetProperty(named, out _).ShouldBeTrue();
    }
}
