using CloudIa.Local;
using CloudIa.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Local;

public sealed class LocalEnvironmentTests(StandInsFixture standIns)
{
    [Fact]
    public async Task With_nothing_configured_it_starts_all_and_leads_the_services_to_them()
    {
        await using var environment = await StartAsync([]);

        environment.StandIns.Count.ShouldBe(3);
        environment.Values.Keys.ShouldBe(
            [
                "Messaging:ServiceUrl", "Messaging:Region", "Messaging:AccessKey", "Messaging:SecretKey", "Messaging:WaitTimeSeconds",
                "Store:ServiceUrl", "Store:Region", "Store:AccessKey", "Store:SecretKey",
                "Redis:ConnectionString",
            ],
            ignoreOrder: true);
        environment.EnvironmentVariables["CLOUDIA_Store__ServiceUrl"].ShouldBe(environment.Values["Store:ServiceUrl"]);
        environment.Died.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Messaging:ServiceUrl", "http://sqs.example", "Messaging")]
    [InlineData("Messaging:Region", "eu-west-1", "Messaging")]
    [InlineData("Store:ServiceUrl", "http://dynamodb.example", "Store")]
    [InlineData("Store:Region", "eu-west-1", "Store")]
    [InlineData("Redis:ConnectionString", "redis.example:6379", "Redis")]
    public async Task What_is_configured_from_outside_is_used_and_the_rest_started(string key, string value, string section)
    {
        await using var environment = await StartAsync(new() { [key] = value });

        environment.StandIns.Count.ShouldBe(2);
        environment.Values.Keys.ShouldNotContain(x => x.StartsWith(section + ":", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_polls_wait_that_is_configured_stays_though_its_queues_are_stand_ins()
    {
        await using var environment = await StartAsync(new() { ["Messaging:WaitTimeSeconds"] = "7" });

        environment.StandIns.Count.ShouldBe(3);
        environment.Values.Keys.ShouldNotContain("Messaging:WaitTimeSeconds");
    }

    private async Task<LocalEnvironment> StartAsync(Dictionary<string, string?> configured)
    {
        var installed = (await standIns.InstalledAsync()).Folder;

        return await LocalEnvironment.StartAsync(
            new()
            {
                InstallFolder = Path.GetDirectoryName(Path.GetDirectoryName(installed))!,
                Configured = new ConfigurationBuilder().AddInMemoryCollection(configured).Build(),
            },
            TestContext.Current.CancellationToken);
    }
}
