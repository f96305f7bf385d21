using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.ServiceDefaults.Circuits;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>What operators do to circuits, and what the audit log says of it.</summary>
public sealed class OperatorTests(StandInsFixture standIns) : IAsyncLifetime
{
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ISharedCircuits Shared => _app.Services.GetRequiredService<ISharedCircuits>();

    public async ValueTask InitializeAsync()
    {
        _app = await ApiFixture.StartAsync(standIns, new() { ["EventLog:KeyPrefix"] = standIns.UniqueName("circuits") + ":" });
        _client = ApiFixture.ClientOf(_app, "boss");
        await _app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        await Shared.IntroduceAsync(["open ai", "backup"], Token);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_provider_is_isolated_and_closed_and_the_log_says_who_did_what()
    {
        await Shared.OpenAsync("backup", TimeSpan.FromHours(1), Token);

        var isolated = await PostAsync("/ops/circuits/open%20ai/isolate");
        var again = await PostAsync("/ops/circuits/open%20ai/isolate");

        isolated.GetProperty("state").GetString().ShouldBe("isolated");
        again.GetRawText().ShouldBe(isolated.GetRawText(), "twice is once");
        (await StatesAsync()).ShouldBe(["backup open", "open ai isolated"]);
        (await Shared.ReadAsync(Token)).Single(x => x.Provider == "open ai").State.ShouldBe(ProviderCircuitState.Isolated, "all processes read it there");

        (await PostAsync("/ops/circuits/open%20ai/close")).GetProperty("state").GetString().ShouldBe("closed");
        (await PostAsync("/ops/circuits/backup/close")).GetProperty("until").ValueKind.ShouldBe(JsonValueKind.Null);
        (await StatesAsync()).ShouldBe(["backup closed", "open ai closed"]);

        var first = await _client.GetFromJsonAsync<JsonElement>("/ops/audit?limit=3", Token);
        var rest = await _client.GetFromJsonAsync<JsonElement>($"/ops/audit?cursor={first.GetProperty("next").GetString()}", Token);
        first.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).Select(Line).ShouldBe(
        [
            "boss circuit.close backup done", "boss circuit.close open ai done", "boss circuit.isolate open ai done", "boss circuit.isolate open ai done",
        ]);
        rest.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("isolate")]
    [InlineData("close")]
    public async Task A_provider_that_there_never_was_is_not_found_and_nothing_is_written(string action)
    {
        using var response = await _client.PostAsync(new Uri($"/ops/circuits/nobody/{action}", UriKind.Relative), null, Token);

        var problem = await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.NotFound, "provider-not-found");
        problem.GetRawText().ShouldNotContain("nobody");
        (await StatesAsync()).ShouldBe(["backup closed", "open ai closed"]);
        (await _client.GetFromJsonAsync<JsonElement>("/ops/audit", Token)).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task What_fails_is_in_the_log_as_failed()
    {
        var audit = _app.Services.GetRequiredService<CloudIa.Api.Operators.AuditLog>();
        var user = new System.Security.Claims.ClaimsPrincipal(new System.Security.Claims.ClaimsIdentity([new("sub", "boss")]));

        await Should.ThrowAsync<TimeoutException>(audit.RunAsync(user, "circuit.close", "backup", () => throw new TimeoutException(), Token));

        var all = await _client.GetFromJsonAsync<JsonElement>("/ops/audit", Token);
        all.GetProperty("items").EnumerateArray().Select(Line).ShouldBe(["boss circuit.close backup failed"]);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("cursor=!")]
    [InlineData("cursor=QVVESVQ")]
    public async Task A_page_of_the_log_that_there_cannot_be_is_refused(string query)
    {
        using var response = await _client.GetAsync(new Uri($"/ops/audit?{query}", UriKind.Relative), Token);

        await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.BadRequest, "invalid-request");
    }

    private static string Line(JsonElement entry) => string.Join(' ', new[] { "userId", "action", "target", "outcome" }.Select(x => entry.GetProperty(x).GetString()));

    private async Task<JsonElement> PostAsync(string path)
    {
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), null, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Token);
    }

    private async Task<IEnumerable<string>> StatesAsync() => (await _client.GetFromJsonAsync<JsonElement>("/ops/circuits", Token))
        .GetProperty("items").EnumerateArray().Select(x => $"{x.GetProperty("provider").GetString()} {x.GetProperty("state").GetString()}");
}
