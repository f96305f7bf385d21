using CloudIa.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Webhooks;

public sealed class WebhookOptionsTests
{
    [Theory]
    [InlineData("Development", true)]
    [InlineData("Production", false)]
    [InlineData("Staging", false)]
    public async Task Only_Development_calls_http_and_its_own_network(string environment, bool expected)
    {
        await using var services = WebhookRig.Services(environment);
        var options = services.GetRequiredService<IOptions<WebhookOptions>>().Value;

        (options.AllowHttp, options.AllowPrivateAddresses).ShouldBe((expected, expected));
    }

    [Theory]
    [InlineData("AllowHttp")]
    [InlineData("AllowPrivateAddresses")]
    public async Task Elsewhere_a_host_that_is_told_to_does_not_start(string setting)
    {
        await using var services = WebhookRig.Services(Environments.Production, (setting, "true"));

        var problem = Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        problem.Failures.ShouldHaveSingleItem().ShouldStartWith($"Webhooks:{setting} is true, and the environment is 'Production'");
    }

    [Theory]
    [InlineData("Timeout", "00:02:00", "Webhooks:Timeout is 00:02:00, not from")]
    [InlineData("RetrySchedule:0", "8.00:00:00", "Webhooks:RetrySchedule has 8.00:00:00")]
    [InlineData("RetrySchedule:3", "-00:00:01", "Webhooks:RetrySchedule has -00:00:01")]
    [InlineData("MaxContentBytes", "300001", "Webhooks:MaxContentBytes is 300001")]
    [InlineData("Concurrency", "0", "Webhooks:Concurrency is 0")]
    public async Task A_bad_value_is_named(string setting, string value, string expected)
    {
        await using var services = WebhookRig.Services(Environments.Development, (setting, value));

        Should.Throw<OptionsValidationException>(() => services.GetRequiredService<IOptions<WebhookOptions>>().Value).Failures.ShouldHaveSingleItem().ShouldStartWith(expected);
    }

    [Fact]
    public async Task A_schedule_of_ones_own_takes_the_place_of_the_default()
    {
        await using var defaults = WebhookRig.Services(Environments.Development);
        await using var own = WebhookRig.Services(Environments.Development, ("RetrySchedule:0", "00:00:07"));

        defaults.GetRequiredService<IOptions<WebhookOptions>>().Value.Schedule.Count.ShouldBe(8);
        own.GetRequiredService<IOptions<WebhookOptions>>().Value.Schedule.ShouldBe([TimeSpan.FromSeconds(7)]);
    }
}
