using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>What a caller hears while something behind Api is away; each address is one where nothing listens.</summary>
public sealed class OutageTests(StandInsFixture standIns)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_SQS_a_message_is_refused_with_502_and_nothing_is_left_behind()
    {
        var key = standIns.UniqueName("key");
        await using var app = await ApiFixture.StartAsync(standIns, new() { ["Messaging:ServiceUrl"] = Nowhere(), ["Messaging:MaxErrorRetry"] = "0" });
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        using var client = ApiFixture.ClientOf(app, "ada");
        client.DefaultRequestHeaders.Add("Idempotency-Key", key);

        await SubmitTests.ShouldBeProblemAsync(await client.PostAsJsonAsync("/chat", new { message = "a" }, Token), HttpStatusCode.BadGateway, "dependency-unavailable");

        var jobId = CloudIa.Contracts.DerivedId.OfIdempotencyKey("ada", key);
        (await app.Services.GetRequiredService<IJobStore>().GetAsync(jobId, Token)).ShouldBeNull();
        (await app.Services.GetRequiredService<IChatStore>().ListAsync("ada", 10, null, Token)).Items.ShouldBeEmpty();
        (await client.GetAsync("/health/ready", Token)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/health/live", Token)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_DynamoDB_a_message_is_refused_with_503()
    {
        await using var app = await ApiFixture.StartAsync(standIns, new() { ["Store:ServiceUrl"] = Nowhere(), ["Store:MaxErrorRetry"] = "0" });
        using var client = ApiFixture.ClientOf(app, "ada");

        await SubmitTests.ShouldBeProblemAsync(await client.PostAsJsonAsync("/chat", new { message = "a" }, Token), HttpStatusCode.ServiceUnavailable, "dependency-unavailable");
        await SubmitTests.ShouldBeProblemAsync(await client.GetAsync("/chats", Token), HttpStatusCode.ServiceUnavailable, "dependency-unavailable");
    }

    [Fact]
    public async Task A_DynamoDB_that_never_answers_is_named_as_what_is_away()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var app = await ApiFixture.StartAsync(standIns, new()
        {
            ["Store:ServiceUrl"] = $"http://{silent.LocalEndpoint}",
            ["Store:RequestTimeoutSeconds"] = "1",
            ["Store:MaxErrorRetry"] = "0",
        });
        using var client = ApiFixture.ClientOf(app, "ada");

        var problem = await SubmitTests.ShouldBeProblemAsync(await client.GetAsync("/chats", Token), HttpStatusCode.ServiceUnavailable, "dependency-unavailable");
        problem.GetProperty("detail").GetString()!.ShouldContain("DynamoDB");
    }

    [Fact]
    public async Task Without_Redis_a_message_is_refused_with_503_and_nothing_is_left_behind()
    {
        var key = standIns.UniqueName("key");
        await using var app = await ApiFixture.StartAsync(
            standIns, new() { ["Redis:ConnectionString"] = $"{new Uri(Nowhere()).Authority},connectTimeout=200,asyncTimeout=500,syncTimeout=500" });
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        using var client = ApiFixture.ClientOf(app, "ada");
        client.DefaultRequestHeaders.Add("Idempotency-Key", key);

        var problem = await SubmitTests.ShouldBeProblemAsync(
            await client.PostAsJsonAsync("/chat", new { message = "a" }, Token), HttpStatusCode.ServiceUnavailable, "dependency-unavailable");
        problem.GetProperty("detail").GetString()!.ShouldContain("Redis");

        (await app.Services.GetRequiredService<IJobStore>().GetAsync(CloudIa.Contracts.DerivedId.OfIdempotencyKey("ada", key), Token)).ShouldBeNull();
        (await app.Services.GetRequiredService<IChatStore>().ListAsync("ada", 10, null, Token)).Items.ShouldBeEmpty();
    }

    private static string Nowhere()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}";
    }
}
