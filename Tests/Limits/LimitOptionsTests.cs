using CloudIa.Limits;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class LimitOptionsTests
{
    [Fact]
    public void What_is_left_out_is_no_limit_in_Development_and_has_its_default_elsewhere()
    {
        Values(Read(Environments.Development)).ShouldBe((0, 0, 0L, 0));
        Values(Read(Environments.Production)).ShouldBe((120, 20, 0L, 50));
    }

    [Fact]
    public void What_is_set_counts_everywhere_and_0_is_no_limit()
    {
        (string, string)[] set = [("RequestsPerMinute", "7"), ("ConcurrentJobs", "0"), ("TokensPerDay", "5000000000"), ("Connections", "3")];

        Values(Read(Environments.Development, set)).ShouldBe((7, 0, 5_000_000_000L, 3));
        Values(Read(Environments.Production, set)).ShouldBe((7, 0, 5_000_000_000L, 3));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once() => Should.Throw<OptionsValidationException>(() => Read(
            Environments.Production, ("RequestsPerMinute", "-1"), ("ConcurrentJobs", "10001"), ("TokensPerDay", "-5"), ("Connections", "-2"), ("AnswerTokens", "0")))
        .Failures.ShouldBe(
        [
            "Limits:RequestsPerMinute is -1, not from 0 to 10000.",
            "Limits:ConcurrentJobs is 10001, not from 0 to 10000.",
            "Limits:TokensPerDay is -5, not from 0 to 1000000000000.",
            "Limits:Connections is -2, not from 0 to 10000.",
            "Limits:AnswerTokens is 0, not from 1 to 1000000.",
        ]);

    private static (int? Requests, int? Jobs, long? Tokens, int? Connections) Values(LimitOptions options) =>
        (options.RequestsPerMinute, options.ConcurrentJobs, options.TokensPerDay, options.Connections);

    private static LimitOptions Read(string environment, params (string Name, string Value)[] settings)
    {
        var host = Substitute.For<IHostEnvironment>();
        host.EnvironmentName.Returns(environment);
        using var services = new ServiceCollection()
            .AddSingleton(host)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(x => $"Limits:{x.Name}", x => (string?)x.Value)).Build())
            .AddLimitOptions()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<LimitOptions>>().Value;
    }
}
