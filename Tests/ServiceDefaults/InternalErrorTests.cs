using System.Net;
using CloudIa.ServiceDefaults.Problems;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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

    [Theory]
    [InlineData("its own fault", false, 408, 1)]
    [InlineData("cancelled", false, 500, 1)]
    [InlineData("cancelled", true, 499, 0)]
    [InlineData("cut", true, 499, 0)]
    [InlineData("ours", true, 500, 1)]
    public async Task Ahead_of_the_host_a_client_that_has_gone_is_no_error_and_a_requests_own_fault_keeps_its_status(string what, bool gone, int status, int logged)
    {
        using var logs = new LogCollector();
        await using var services = new ServiceCollection().AddLogging(x => x.AddProvider(logs)).AddSingleton<UnexpectedErrors>().BuildServiceProvider();
        using var aborted = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = aborted.Token };
        context.Response.StatusCode = 201;
        if (gone)
            await aborted.CancelAsync();

        await services.GetRequiredService<UnexpectedErrors>().AnswerAsync(context, what switch
        {
            "its own fault" => new BadHttpRequestException("slow", 408),
            "cancelled" => new OperationCanceledException(),
            "cut" => new IOException(),
            _ => new InvalidOperationException(),
        });

        context.Response.StatusCode.ShouldBe(status);
        logs.Lines.Count(x => x.StartsWith("Error 1202 ", StringComparison.Ordinal)).ShouldBe(logged);
    }
}
