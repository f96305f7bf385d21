using System.CommandLine;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CloudIa.Cli;
using CloudIa.Cli.Http;
using CloudIa.Contracts;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Spectre.Console.Testing;
using Xunit;

namespace CloudIa.Tests.Cli;

/// <summary>The command line, against a real Api with nobody behind its queues.</summary>
public sealed class CliTests(StandInsFixture standIns) : IAsyncLifetime
{
    private WebApplication _app = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IJobStore Jobs => _app.Services.GetRequiredService<IJobStore>();

    public async ValueTask InitializeAsync()
    {
        _app = await ApiFixture.StartAsync(standIns, new() { ["Store:TableName"] = standIns.UniqueName("cli") });
        await _app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Jobs_are_a_table_and_with_json_the_services_own_answer()
    {
        var job = await AcceptAsync("ada");
        await EndAsync(job, JobOutcome.Failed, "[odd]");

        var table = await RunAsync("jobs", "--state", "failed", "--failure-code", "[odd]");
        var json = await RunAsync("jobs", "--user", "ada", "--json");

        table.Code.ShouldBe(0);
        table.Shown.ShouldContain($"{job}");
        table.Shown.ShouldContain("[odd]", customMessage: "what looks like markup is text");
        JsonDocument.Parse(json.Output).RootElement.GetProperty("items")[0].GetProperty("jobId").GetGuid().ShouldBe(job);
        (await RunAsync("jobs", "--state", "completed")).Shown.ShouldContain("There are none.");
    }

    [Fact]
    public async Task A_list_says_how_it_goes_on()
    {
        var (first, second) = (await AcceptAsync("ada"), await AcceptAsync("ada"));

        var page = await RunAsync("jobs", "--user", "ada", "--limit", "1");
        var cursor = page.Shown.Split("--cursor ")[1].Split('\n')[0].Trim();
        var next = await RunAsync("jobs", "--user", "ada", "--limit", "1", "--cursor", cursor);

        page.Shown.ShouldContain($"{second}");
        next.Shown.ShouldContain($"{first}");
        next.Shown.ShouldNotContain($"{second}");
    }

    [Fact]
    public async Task A_job_is_shown_and_changed()
    {
        var job = await AcceptAsync("ada");

        var shown = await RunAsync("job", $"{job}");
        (await RunAsync("job", $"{job}", "cancel")).Code.ShouldBe(0);
        await EndAsync(job, JobOutcome.Failed, "model_unavailable");
        (await RunAsync("job", $"{job}", "retry")).Code.ShouldBe(0);

        shown.Code.ShouldBe(0);
        shown.Shown.ShouldContain("ada");
        shown.Shown.ShouldContain("accepted");
        (await Jobs.GetAsync(job, Token))!.IsOpen.ShouldBeTrue("it was retried");
    }

    [Fact]
    public async Task A_tail_ends_with_its_job()
    {
        var job = await AcceptAsync("ada");
        await EndAsync(job, JobOutcome.Completed, code: null);

        var tail = await RunAsync("tail", $"{job}");

        tail.Code.ShouldBe(0);
        var lines = tail.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldContain("accepted");
        lines[1].ShouldContain("Completed");
    }

    [Fact]
    public async Task The_machine_is_text_for_a_program()
    {
        (await RunAsync("machine")).Output.ShouldStartWith("stateDiagram-v2\n");
        (await RunAsync("machine", "--graphviz", "--current", "Invoking")).Output.ShouldStartWith("digraph ChatJob {\n");
    }

    [Fact]
    public async Task What_the_service_refuses_is_said_in_its_words()
    {
        var unknown = await RunAsync("jobs", "--state", "gone");
        unknown.Code.ShouldBe(1);
        unknown.Error.ShouldContain("state: It must be one of");

        var missing = await RunAsync("job", $"{Guid.CreateVersion7()}");
        missing.Code.ShouldBe(1);
        missing.Error.ShouldContain("(404)");
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "CLOUDIA_TOKEN")]
    [InlineData(HttpStatusCode.Forbidden, "role of an operator")]
    [InlineData(HttpStatusCode.BadGateway, "answered 502")]
    public async Task Who_may_not_hears_why(HttpStatusCode status, string why)
    {
        var refused = await RunAsync(["jobs"], (server, _) => new(new HttpClient(new Answering(status)) { BaseAddress = server }));

        refused.Code.ShouldBe(1);
        refused.Error.ShouldContain(why);
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_said_so()
    {
        // Nobody listens on port 9 (discard).
        var away = await RunAsync(["--server", "http://127.0.0.1:9", "jobs"], OpsClient.Open);

        away.Code.ShouldBe(1);
        away.Error.ShouldContain("http://127.0.0.1:9/ does not answer");
    }

    private Task<Ran> RunAsync(params string[] arguments) => RunAsync(arguments, (_, _) => new(ApiFixture.ClientOf(_app, "boss")));

    private static async Task<Ran> RunAsync(string[] arguments, Func<Uri, string?, OpsClient> open)
    {
        using var console = new TestConsole();
        console.Profile.Width = 250;
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter();
        var code = await CliRoot.Create(console, output, error, open, TimeProvider.System).Parse(arguments).InvokeAsync(new InvocationConfiguration(), Token);
        return new(code, console.Output, output.ToString(), error.ToString());
    }

    private async Task<Guid> AcceptAsync(string user)
    {
        using var client = ApiFixture.ClientOf(_app, user);
        using var response = await client.PostAsJsonAsync("/chat", new { message = "hello" }, Token);
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("jobId").GetGuid();
    }

    private Task<JobOutcomeRecord?> EndAsync(Guid job, JobOutcome outcome, string? code) =>
        Jobs.RecordOutcomeAsync(job, new JobOutcomeRecord { Outcome = outcome, Attempt = 1, EndedAt = TimeProvider.System.GetUtcNow(), FailureCode = code }, Token);

    private sealed record Ran(int Code, string Shown, string Output, string Error);

    private sealed class Answering(HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent("") });
    }
}
