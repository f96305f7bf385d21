using CloudIa.EventLog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NSubstitute;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace CloudIa.Tests.EventLog;

public sealed class EventLogOptionsTests
{
    [Fact]
    public void Settings_come_from_the_configuration_and_then_from_code()
    {
        using var provider = Provider(x => x.RetentionWhileLive = TimeSpan.FromHours(3), ("EventLog:RetentionAfterEnd", "00:10:00"));

        var options = provider.GetRequiredService<IOptions<EventLogOptions>>().Value;

        options.RetentionAfterEnd.ShouldBe(TimeSpan.FromMinutes(10));
        options.RetentionWhileLive.ShouldBe(TimeSpan.FromHours(3));
        options.KeyPrefix.ShouldBe("cloudia:");
        provider.GetRequiredService<IEventLog>().ShouldNotBeNull();
        provider.GetRequiredService<IEventFeed>().ShouldNotBeNull();
        provider.GetRequiredService<IConnectionRegistry>().ShouldNotBeNull();
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_the_start_and_at_once()
    {
        using var provider = Provider(x =>
        {
            x.KeyPrefix = "{all}";
            x.RetentionAfterEnd = TimeSpan.Zero;
            x.RetentionWhileLive = TimeSpan.FromDays(31);
        });

        var exception = Should.Throw<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        exception.Failures.Count().ShouldBe(3);
        exception.Message.ShouldContain("braces");
        exception.Failures.ShouldContain("EventLog:RetentionAfterEnd is 00:00:00, not from 00:00:01 to 30.00:00:00.");
    }

    private static ServiceProvider Provider(Action<EventLogOptions> configure, params (string Key, string? Value)[] settings) => new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(x => x.Key, x => x.Value)).Build())
        .AddSingleton(Substitute.For<IConnectionMultiplexer>())
        .AddEventLog(configure)
        .BuildServiceProvider();
}
