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
    [InlineData("Llm:Providers:1:TotalTimeout", "00:10:00", "TotalTimeout", "Jobs:InvokingDeadline", "Llm:Providers:1:Name=b", "Llm:Providers:0:TotalTimeout=00:10:00", "Processor:RedeliveryLimit=0", "Jobs:InvokingDeadline=00:15:00")]
    [InlineData("Messaging:VisibilityTimeoutSeconds", "5", "Processor:RetryLimit", "Messaging:VisibilityTimeoutSeconds", "Processor:RetryDelay=00:00:03")]
    [InlineData("Processor:RunLease", "00:09:00", "Processor:RunLease", "Jobs:InvokingDeadline", "Jobs:InvokingDeadline=00:08:00", "Processor:RedeliveryLimit=0", "Processor:RetryLimit=0")]
    [InlineData("Notifier:Redeliveries", "9", "Notifier:Redeliveries", "Jobs:StepDeadline")]
    [InlineData("Jobs:Lifetime", "00:15:00", "Jobs:InvokingDeadline", "Jobs:Lifetime")]
    [InlineData("Jobs:Lifetime", "12:00:00", "Jobs:Lifetime", "EventLog:RetentionWhileLive", "EventLog:RetentionWhileLive=20:00:00")]
    [InlineData("Sweeper:Interval", "00:00:25", "Sweeper:Interval", "Sweeper:Lease")]
    public void Two_settings_that_disagree_are_both_named(string key, string value, string one, string other, params string[] more)
    {
        using var host = Build([$"{key}={value}", .. more]);

        var failure = Should.Throw<SettingsException>(host.CheckSettings).Message;

        failure.ShouldContain(one);
        failure.ShouldContain(other);
    }

    [Theory]
    [InlineData("Sweeper:Lease", "00:10:00", "Sweeper:Lease is 00:10:00, not from 00:00:01 to 00:00:30.", "Sweeper:Interval=00:00:01")]
    [InlineData("Store:MaxErrorRetry", "11", "Store:MaxErrorRetry is 11, not from 0 to 10.")]
    [InlineData("Messaging:WaitTimeSeconds", "0", "Messaging:WaitTimeSeconds is 0, not from 1 to 20.")]
    [InlineData("Jobs:RedeliveryJitter", "0.7", "Jobs:RedeliveryJitter is 0.7, not from 0 to 0.5.")]
    [InlineData("Listening:ReadPage", "1", "Listening:ReadPage is 1, not from 2 to 10000.")]
    [InlineData("Messaging:Region", "", "Messaging:Region is empty. Give a value, or leave it out to have the default.")]
    [InlineData("Redis:ConnectionString", "", "Redis:ConnectionString is not set. Give StackExchange.Redis's form, such as 'localhost:6379'.")]
    [InlineData("Sweeper:Batch", "many", "Failed to convert configuration value 'many' at 'Sweeper:Batch' to type 'System.Int32'.")]
    public void Each_section_says_what_is_wrong_in_the_same_words_and_once(string key, string value, string message, params string[] more)
    {
        using var host = Build([$"{key}={value}", .. more]);

        Lines(Should.Throw<SettingsException>(host.CheckSettings)).Where(x => x.Contains(key, StringComparison.Ordinal)).ShouldContain(message);
    }

    [Fact]
    public void A_section_that_others_look_at_is_said_once_and_all_that_is_wrong_at_once()
    {
        using var host = Build(["Jobs:Lifetime=13:00:00", "Store:MaxErrorRetry=11", "Sweeper:Batch=0"]);

        Lines(Should.Throw<SettingsException>(host.CheckSettings)).ShouldBe(
            [
                "Jobs:Lifetime is 13:00:00, not from 00:00:01 to 12:00:00.",
                "Store:MaxErrorRetry is 11, not from 0 to 10.",
                "Sweeper:Batch is 0, not from 1 to 10000.",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public void The_defaults_agree() => Build([]).Services.GetRequiredService<IStartupValidator>().Validate();

    private static string[] Lines(SettingsException exception) => exception.Message.Split(Environment.NewLine);

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
