using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CloudIa.Store;
using CloudIa.Store.Jobs;
using CloudIa.Store.Tables;
using CloudIa.Tests.Infrastructure;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Api;

public sealed class UnexpectedProblemTests(ApiFixture api, StandInsFixture standIns) : IClassFixture<ApiFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nobody_expected_is_a_problem_that_says_what_to_do_and_nothing_of_what_went_wrong()
    {
        var user = standIns.UniqueName("user");
        var jobId = NewId.NextGuid();
        var row = JobItem.From(new()
        {
            JobId = jobId,
            UserId = user,
            ChatId = NewId.NextGuid(),
            Turn = 1,
            BodyHash = "hash",
            Prompt = "hello",
            AcceptedAt = TimeProvider.System.GetUtcNow(),
        }).With(Attributes.Outcome, "OfAVersionToCome");
        await api.Services.GetRequiredService<IAmazonDynamoDB>().PutItemAsync(
            new PutItemRequest { TableName = api.Services.GetRequiredService<IOptions<StoreOptions>>().Value.TableName, Item = row }, Token);

        var problem = await SubmitTests.ShouldBeProblemAsync(
            await api.Client(user).GetAsync($"/chat/jobs/{jobId}", Token), HttpStatusCode.InternalServerError, "internal-error");

        problem.GetProperty("detail").GetString()!.ShouldContain("traceId");
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        problem.ToString().ShouldNotContain("OfAVersionToCome");
    }
}
