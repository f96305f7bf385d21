using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CloudIa.Contracts;
using CloudIa.EventLog;
using CloudIa.Store;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.OpenAi;

/// <summary>What is refused, or goes wrong, around an endpoint of the door is said in OpenAI's words too.</summary>
public sealed class DoorErrorTests(ApiFixture api, StandInsFixture standIns) : DoorTest(api, standIns)
{
    private const string Completions = "/v1/chat/completions";
    private const string Responses = "/v1/responses";

    [Theory]
    [InlineData(429, "rate_limit_exceeded", "rate_limit_error")]
    [InlineData(403, "forbidden", "invalid_request_error")]
    [InlineData(500, "internal_error", "server_error")]
    [InlineData(503, "service_unavailable", "server_error")]
    public async Task A_bare_status_of_a_middleware_gets_a_body(int status, string code, string type)
    {
        await using var app = await ApiFixture.StartAsync(StandIns, [], app => app.MapGet("/v1/test", (HttpContext http) =>
        {
            http.Response.Headers.RetryAfter = "7";
            return Results.StatusCode(status);
        }));
        using var client = ApiFixture.ClientOf(app, User);

        using var response = await client.GetAsync(new Uri("/v1/test", UriKind.Relative), Token);

        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!["error"]!;
        ((int)response.StatusCode, (string?)error["code"], (string?)error["type"]).ShouldBe((status, code, type));
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        response.Headers.GetValues("x-request-id").ShouldHaveSingleItem().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task What_nobody_expected_is_a_500_without_its_reason()
    {
        await using var app = await ApiFixture.StartAsync(StandIns, [], app => app.MapGet("/v1/test", Throw));
        using var client = ApiFixture.ClientOf(app, User);

        using var response = await client.GetAsync(new Uri("/v1/test", UriKind.Relative), Token);

        await ShouldBeErrorAsync(response, HttpStatusCode.InternalServerError, null, "internal_error");
        (await response.Content.ReadAsStringAsync(Token)).ShouldNotContain("the reason");

        static string Throw() => throw new InvalidOperationException("the reason");
    }

    [Fact]
    public async Task Without_SQS_it_is_a_502()
    {
        await using var app = await ApiFixture.StartAsync(StandIns, new() { ["Messaging:ServiceUrl"] = Nowhere(), ["Messaging:MaxErrorRetry"] = "0" });
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        using var client = ApiFixture.ClientOf(app, User);

        await ShouldBeErrorAsync(await client.PostAsJsonAsync(Completions, Completion(), Token), HttpStatusCode.BadGateway, null, "service_unavailable");
        await ShouldBeErrorAsync(await client.PostAsJsonAsync(Responses, Response(), Token), HttpStatusCode.BadGateway, null, "service_unavailable");
    }

    [Fact]
    public async Task Without_DynamoDB_or_Redis_it_is_a_503()
    {
        await using var noStore = await ApiFixture.StartAsync(StandIns, new() { ["Store:ServiceUrl"] = Nowhere(), ["Store:MaxErrorRetry"] = "0" });
        await using var noRedis = await ApiFixture.StartAsync(
            StandIns, new() { ["Redis:ConnectionString"] = $"{new Uri(Nowhere()).Authority},connectTimeout=200,asyncTimeout=500,syncTimeout=500" });
        await noRedis.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        foreach (var app in new[] { noStore, noRedis })
        {
            using var client = ApiFixture.ClientOf(app, User);
            using var response = await client.PostAsJsonAsync(Responses, Response(), Token);

            await ShouldBeErrorAsync(response, HttpStatusCode.ServiceUnavailable, null, "service_unavailable");
            response.Headers.RetryAfter.ShouldNotBeNull();
            await ShouldBeErrorAsync(await client.PostAsJsonAsync(Completions, Completion(), Token), HttpStatusCode.ServiceUnavailable, null, "service_unavailable");
        }
    }

    [Fact]
    public async Task A_cancelled_completion_is_a_409_that_is_not_to_be_tried_again()
    {
        var key = StandIns.UniqueName("key");
        using var client = Api.Client(User);
        client.DefaultRequestHeaders.Add("Idempotency-Key", key);
        var whole = client.PostAsJsonAsync(Completions, Completion(), Token);
        await CancelAsync(await JobOfKeyAsync(key));

        using var response = await whole;

        await ShouldBeErrorAsync(response, HttpStatusCode.Conflict, null, "cancelled");
        response.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
    }

    [Fact]
    public async Task When_the_log_is_gone_a_completion_comes_from_the_store()
    {
        var key = StandIns.UniqueName("key");
        using var client = Api.Client(User);
        client.DefaultRequestHeaders.Add("Idempotency-Key", key);
        var first = client.PostAsJsonAsync(Completions, Completion(), Token);
        var job = await JobOfKeyAsync(key);
        await AnswerAsync(job, "who", "le");
        var before = await (await first).Content.ReadAsStringAsync(Token);
        await Api.ForgetLogAsync(job.JobId);

        var after = await (await client.PostAsJsonAsync(Completions, Completion(), Token)).Content.ReadAsStringAsync(Token);

        after.ShouldBe(before);
        ((string?)JsonNode.Parse(after)!["choices"]![0]!["message"]!["content"]).ShouldBe("whole");
    }

    [Fact]
    public async Task A_response_that_is_waited_for_ends_with_the_service()
    {
        var app = await ApiFixture.StartAsync(StandIns, []);
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        using var client = ApiFixture.ClientOf(app, User);
        var key = StandIns.UniqueName("key");
        client.DefaultRequestHeaders.Add("Idempotency-Key", key);
        var whole = client.PostAsJsonAsync(Responses, Response(), Token);
        var jobId = DerivedId.OfIdempotencyKey(User, key);
        await Eventually.Is(async () => (await app.Services.GetRequiredService<IEventLog>().ReadAsync(jobId, 0, 1, Token)).Count == 1);
        using var other = ApiFixture.ClientOf(app, User);
        using var stream = await other.GetAsync(new Uri($"{Responses}/resp_{jobId:N}?stream=true", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);

        var stopping = app.StopAsync(Token);

        await ShouldBeErrorAsync(await whole, HttpStatusCode.ServiceUnavailable, null, "service_unavailable");
        var last = JsonNode.Parse((await DataAsync(stream))[^1])!;
        ((string?)last["type"], (string?)last["code"]).ShouldBe(("error", "service_unavailable"));
        await stopping;
        await app.DisposeAsync();
    }

    private static object Completion() => new { model = "m", messages = new[] { new { role = "user", content = "hello" } } };

    private static object Response() => new { model = "m", input = "hello" };

    private static string Nowhere()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}";
    }
}
