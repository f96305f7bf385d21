using System.Net;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>A service that says nothing of its own about errors: Notifier, Processor, Sagas.</summary>
public sealed class InternalErrorTests(StandInsFixture standIns)
{
    [Fact]
    public async Task What_nobody_expected_is_the_same_problem_in_every_service_and_is_logged()
    {
        using var logs = new LogCollector();
        await using var app = await EdgeHost.StartAsync(standIns, logs);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var problem = await SubmitTests.ShouldBeProblemAsync(await client.GetAsync("/throws", TestContext.Current.CancellationToken), HttpStatusCode.InternalServerError, "internal-error");

        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("detail").GetString()!.ShouldContain("traceId");
        problem.ToString().ShouldNotContain("secret-of-the-exception");
        logs.Lines.ShouldContain(x => x.StartsWith("Error", StringComparison.Ordinal) && x.Contains("secret-of-the-exception", StringComparison.Ordinal));
    }
}
