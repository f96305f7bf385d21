using System.Net;
using CloudIa.ServiceDefaults.Logging;
using CloudIa.Tests.Api;
using CloudIa.Tests.Canaries;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>One line for each request, over a real Kestrel.</summary>
public sealed class RequestLogTests(StandInsFixture standIns) : IAsyncLifetime
{
    private const string Page = "https://chat.example.com";
    private readonly LogCollector _logs = new();
    private readonly Canary _canary = Canary.New("request");
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _app = await EdgeHost.StartAsync(standIns, _logs, ("Cors:AllowedOrigins:0", Page), ("AllowedHosts", "127.0.0.1"));
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _logs.Dispose();
    }

    [Theory]
    [InlineData("GET", "/from", "GET /from 200")]
    [InlineData("GET", "/things/CANARY", "GET /things/{id} 200")]
    [InlineData("DELETE", "/THINGS/CANARY", "DELETE /things/{id} 200")]
    [InlineData("GET", "/throws", "GET /throws 500")]
    [InlineData("POST", "/things/CANARY", "POST (none) 405")]
    [InlineData("GET", "/no/such/CANARY", "GET (none) 404")]
    [InlineData("CANARY", "/from", "_OTHER (none) 405")]
    [InlineData("get", "/from", "GET /from 200")]
    public async Task A_request_is_one_line_that_has_its_route_and_nothing_of_the_client(string method, string path, string expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(WithCanary(method)), $"{WithCanary(path)}?token={_canary.Text}");
        request.Headers.Add("X-Dev-User", _canary.Text);
        request.Headers.Add("Cookie", _canary.Text);
        request.Headers.Authorization = new("Bearer", _canary.Text);
        request.Headers.UserAgent.ParseAdd(_canary.Text);

        (await _client.SendAsync(request, Token)).Dispose();

        var line = await LineAsync();
        line.ShouldStartWith($"Information 1201 {expected} in ");
        _canary.IsIn(line).ShouldBeFalse(line);
        RequestLines.Milliseconds(line).ShouldBeInRange(0, 60_000);
        RequestLines.TraceId(line).ShouldNotBeEmpty(line);
    }

    [Fact]
    public async Task A_preflight_and_an_unknown_host_are_answered_ahead_of_routing_and_are_lines_too()
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/things/7") { Headers = { { "Origin", Page }, { "Access-Control-Request-Method", "DELETE" } } };
        using var stranger = new HttpRequestMessage(HttpMethod.Get, "/from") { Headers = { Host = "stranger.example.com" } };

        (await _client.SendAsync(preflight, Token)).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await LineAsync()).ShouldStartWith("Information 1201 OPTIONS (none) 204 in ");
        (await _client.SendAsync(stranger, Token)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await LineAsync(2)).ShouldStartWith("Information 1201 GET (none) 400 in ");
    }

    [Fact]
    public async Task An_answer_that_breaks_off_has_the_status_that_its_client_was_given()
    {
        using var answer = await _client.GetAsync("/begins", HttpCompletionOption.ResponseHeadersRead, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await LineAsync()).ShouldStartWith("Information 1201 GET /begins 200 in ");
    }

    [Fact]
    public async Task What_machines_ask_every_few_seconds_is_no_line()
    {
        foreach (var path in new[] { "/health/live", "/health/ready", "/metrics", "/from" })
            (await _client.GetAsync(path, Token)).Dispose();

        (await LineAsync()).ShouldStartWith("Information 1201 GET /from 200 in ");
    }

    [Fact]
    public async Task The_trace_id_of_a_problem_is_the_lines()
    {
        var problem = await SubmitTests.ShouldBeProblemAsync(await _client.GetAsync("/throws", Token), HttpStatusCode.InternalServerError, "internal-error");

        problem.GetProperty("traceId").GetString()!.Split('-')[1].ShouldBe(RequestLines.TraceId(await LineAsync()));
    }

    [Fact]
    public async Task Its_category_turns_it_off()
    {
        using var logs = new LogCollector();
        await using var app = await EdgeHost.StartAsync(standIns, logs, ("Logging:LogLevel:CloudIa.Requests", "Warning"));
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        (await client.GetAsync("/throws", Token)).Dispose();
        (await client.GetAsync("/throws", Token)).Dispose();

        logs.Lines.Count(x => x.StartsWith("Error", StringComparison.Ordinal)).ShouldBe(2);
        RequestLines.Of(logs).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(413)]
    [InlineData(500)]
    public async Task What_reaches_the_server_as_an_exception_has_the_status_that_the_server_gives_it(int status)
    {
        Exception thrown = status == 500 ? new InvalidOperationException("mine") : new BadHttpRequestException("mine", status);
        using var logs = new LogCollector();
        var log = new RequestLog(_ => throw thrown, logs, TimeProvider.System);

        (await Should.ThrowAsync<Exception>(() => log.InvokeAsync(new DefaultHttpContext { Request = { Method = "GET" } }))).ShouldBeSameAs(thrown);

        RequestLines.Of(logs).ShouldHaveSingleItem().ShouldStartWith($"Information 1201 GET (none) {status} in ");
    }

    [Fact]
    public async Task Where_nothing_listens_a_request_is_only_passed_on()
    {
        Task mine = Task.FromResult(new object());

        var passed = new RequestLog(_ => mine, NullLogger.Instance, TimeProvider.System).InvokeAsync(new DefaultHttpContext());

        passed.ShouldBeSameAs(mine);
        await passed;
    }

    private string WithCanary(string text) => text.Replace("CANARY", _canary.Text, StringComparison.Ordinal);

    private Task<string> LineAsync(int number = 1) => RequestLines.LastAsync(_logs, number);
}
