using CloudIa.Notifier.Configuration;
using CloudIa.ServiceDefaults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class NotifierOptionsTests
{
    private readonly NotifierOptions _options = new();

    private string[] Failures
    {
        get
        {
            using var services = new ServiceCollection()
                .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
                .AddSettings<NotifierOptions>(NotifierOptions.Section)
                .BuildServiceProvider();
            return [.. services.GetServices<IValidateOptions<NotifierOptions>>().SelectMany(x => x.Validate(null, _options).Failures ?? [])];
        }
    }

    [Fact]
    public void The_defaults_are_valid() => Failures.ShouldBeEmpty();

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        _options.Redeliveries = 10;
        _options.KeepAliveInterval = TimeSpan.Zero;

        Failures.ShouldContain("Notifier:Redeliveries is 10, not from 0 to 9.");
        Failures.ShouldContain("Notifier:KeepAliveInterval is 00:00:00, not from 00:00:01 to 00:05:00.");
    }

    [Fact]
    public void A_time_to_live_that_one_late_heartbeat_would_end_is_refused()
    {
        _options.ConnectionTimeToLive = TimeSpan.FromSeconds(30);

        Failures.ShouldHaveSingleItem().ShouldContain("ConnectionTimeToLive is 00:00:30");
    }
}
