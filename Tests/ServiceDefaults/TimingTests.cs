using CloudIa.Notifier;
using CloudIa.Processor;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults;
using CloudIa.ServiceDefaults.Messaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>Settings that disagree stop the host, and it says which two.</summary>
public sealed class TimingTests
{
    [Theory]
    [InlineData("Processor:RedeliveryLimit", "9", "Processor:RedeliveryLimit", "Jobs:StepDeadline")]
    [InlineData("Jobs:StepDeadline", "00:03:00", "Processor:RedeliveryLimit", "Jobs:StepDeadline")]
    [InlineData("Jobs:InvokingDeadline", "00:10:00", "Processor:RedeliveryLimit", "Jobs:InvokingDeadline")]
    [InlineData("Llm:Providers:0:TotalTimeout", "00:05:00", "TotalTimeout", "Jobs:InvokingDeadline")]
    [InlineData("Messaging:VisibilityTimeoutSeconds", "5", "Processor:RetryLimit", "Messaging:VisibilityTimeoutSeconds", "Processor:RetryDelay=00:00:03")]
    [InlineData("Processor:RunLease", "00:09:00", "Processor:RunLease", "Jobs:InvokingDeadline", "Jobs:InvokingDeadline=00:08:00", "Processor:RedeliveryLimit=0", "Processor:RetryLimit=0")]
    [InlineData("Notifier:Redeliveries", "9", "Notifier:Redeliveries", "Jobs:StepDeadline")]
    [InlineData("Jobs:Lifetime", "00:15:00", "Jobs:InvokingDeadline", "Jobs:Lifetime")]
    [InlineData("Jobs:Lifetime", "12:00:00", "Jobs:Lifetime", "EventLog:RetentionWhileLive", "EventLog:RetentionWhileLive=20:00:00")]
    [InlineData("Sweeper:Interval", "00:00:25", "Sweeper:Interval", "Sweeper:Lease")]
    public async Task Two_settings_that_disagree_are_both_named(string key, string value, string one, string other, params string[] more)
    {
        using var host = Build([$"{key}={value}", .. more]);

        var failure = (await Should.ThrowAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken))).ToString();

        failure.ShouldContain(one);
        failure.ShouldContain(other);
    }

    [Fact]
    public void The_defaults_agree() => Build([]).Services.GetRequiredService<IStartupValidator>().Validate();

    private static WebApplication Build(string[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Redis:ConnectionString"] = "127.0.0.1:1,abortConnect=false",
            ["Llm:Providers:0:Type"] = "echo",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(x => x.Split('=')).Select(x => KeyValuePair.Create(x[0], (string?)x[1])));
        builder.AddServiceDefaults("all");
        builder.AddProcessor();
        builder.AddNotifier();
        builder.AddSagas();
        builder.AddBus(SagasServices.AddSagas);
        return builder.Build();
    }
}
