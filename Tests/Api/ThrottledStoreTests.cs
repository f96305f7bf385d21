using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Mime;
using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.Proxies;
using CloudIa.ServiceDefaults.Login.Keys;
using CloudIa.Store;
using CloudIa.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

/// <summary>A DynamoDB that answers, and says that it is asked too much or has a fault: in its own words, to the AWS SDK as the service has it.</summary>
public sealed class ThrottledStoreTests(StandInsFixture standIns)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(400, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException")]
    [InlineData(400, "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded")]
    [InlineData(400, "com.amazon.coral.availability#ThrottlingException")]
    [InlineData(500, "com.amazonaws.dynamodb.v20120810#InternalServerError")]
    [InlineData(503, "com.amazonaws.dynamodb.v20120810#ServiceUnavailable")]
    public async Task Every_door_says_that_it_may_pass_and_when_to_come_again(int status, string error)
    {
        var asked = 0;
        await using var store = await RefusingAsync(status, error, () => Interlocked.Increment(ref asked));
        await using var app = await ApiFixture.StartAsync(standIns, new() { ["Store:ServiceUrl"] = store.Urls.Single(), ["Store:MaxErrorRetry"] = "1" });
        using var client = ApiFixture.ClientOf(app, "ada");
        using var program = new HttpClient { BaseAddress = client.BaseAddress };
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey.TextOf(MassTransit.NewId.NextGuid(), ApiKey.NewSecret()));

        await ShouldBeUnavailableAsync(await client.PostAsJsonAsync("/chat", new { message = "a" }, Token));
        await ShouldBeUnavailableAsync(await client.GetAsync("/chats", Token));
        await ShouldBeUnavailableAsync(await client.GetAsync($"/chats/{MassTransit.NewId.NextGuid()}/messages", Token));
        var before = Volatile.Read(ref asked);
        await ShouldBeUnavailableAsync(await program.GetAsync("/chats", Token));
        (Volatile.Read(ref asked) - before).ShouldBe(2, "the key's row was asked for, and asked for again");
    }

    [Theory]
    [InlineData("GetItem", "JOB")]
    [InlineData("GetItem", "CHAT")]
    [InlineData("UpdateItem", "CHAT")]
    [InlineData("PutItem", "JOB")]
    public async Task Whichever_row_is_throttled_of_a_refused_message_nothing_is_left_and_it_can_be_sent_again(string operation, string row)
    {
        var (user, key) = (standIns.UniqueName("user"), standIns.UniqueName("key"));
        var plan = new FaultPlan(new Dice(1));
        await using var proxy = await HttpProxy.StartAsync(Upstream.Store, await standIns.DynamoDbUrl(), plan);
        await using var app = await ApiFixture.StartAsync(standIns, new() { ["Store:ServiceUrl"] = proxy.Address.ToString(), ["Store:MaxErrorRetry"] = "1" });
        await app.Services.GetRequiredService<IStoreTable>().EnsureCreatedAsync(Token);
        var jobs = app.Services.GetRequiredService<IJobStore>();
        using var client = ApiFixture.ClientOf(app, user);
        client.DefaultRequestHeaders.Add("Idempotency-Key", key);

        plan.Rules = [new(new(Upstream.Store, operation, row), Fault.Throttle)];
        await ShouldBeUnavailableAsync(await client.PostAsJsonAsync("/chat", new { message = "a" }, Token));
        plan.Done.Keys.ShouldBe([Fault.Throttle]);

        plan.Rules = [];
        (await jobs.GetAsync(DerivedId.OfIdempotencyKey(user, key), Token)).ShouldBeNull();
        (await jobs.ListOfUserAsync(user, Token).ToListAsync(Token)).ShouldBeEmpty();
        (await client.GetFromJsonAsync<JsonElement>("/chats", Token)).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await client.PostAsJsonAsync("/chat", new { message = "a" }, Token)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private static async Task ShouldBeUnavailableAsync(HttpResponseMessage response)
    {
        await SubmitTests.ShouldBeProblemAsync(response, HttpStatusCode.ServiceUnavailable, "dependency-unavailable");
        response.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
    }

    /// <summary>A DynamoDB that answers everything so.</summary>
    private static async Task<WebApplication> RefusingAsync(int status, string error, Action asked)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var store = builder.Build();
        store.Run(context =>
        {
            asked();
            context.Response.StatusCode = status;
            context.Response.ContentType = MediaTypeNames.Application.Json;
            return context.Response.WriteAsync($$"""{"__type":"{{error}}","message":"not now"}""");
        });
        await store.StartAsync(Token);
        return store;
    }
}
