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

    [Fact]
    public void A_tier_says_what_differs_and_0_is_no_limit()
    {
        var options = Read(Environments.Production, ("AnswerTokens", "9"), ("Tiers:0:Name", "pro"), ("Tiers:0:ConcurrentJobs", "100"), ("Tiers:1:Name", "staff"),
            ("Tiers:1:RequestsPerMinute", "0"), ("Tiers:1:TokensPerDay", "5000000000"), ("Tiers:1:Connections", "7"), ("Tiers:1:AnswerTokens", "11"));

        options.Of("pro").ShouldBe(new UserLimits(120, 100, 0, 50, 9));
        options.Of("staff").ShouldBe(new UserLimits(0, 20, 5_000_000_000, 7, 11));
        options.Of(null).ShouldBe(new UserLimits(120, 20, 0, 50, 9));
        options.Of("Pro").ShouldBe(options.Of(null));
        options.Of("gone").ShouldBe(options.Of(null));
    }

    [Fact]
    public void All_that_is_wrong_with_tiers_is_said_at_once() => Should.Throw<OptionsValidationException>(() => Read(
            Environments.Production, ("TierClaim", ""), ("RequestPerMinute", "3"), ("Tiers:0:Name", "pro"), ("Tiers:0:ConcurrentJobs", "-1"), ("Tiers:0:AnswerTokens", "0"), ("Tiers:0:Jobs", "3"),
            ("Tiers:1:Connections", "3"), ("Tiers:2:Name", "pro"), ("Tiers:2:TokensPerDay", "1000000000001"), ("Tiers:3", "free")))
        .Failures.ShouldBe(
            [
                "Limits:TierClaim is empty. Give a value, or leave it out to have the default.",
                "Limits:Tiers:0:ConcurrentJobs is -1, not from 0 to 10000.",
                "Limits:Tiers:0:AnswerTokens is 0, not from 1 to 1000000.",
                "Limits:Tiers:1:Name is not a text of 1–64 characters without control characters: no claim could have it. Give the claim's value.",
                "Limits:Tiers:2:Name is 'pro', as an earlier tier's: this one would never be anybody's. Leave one of them out.",
                "Limits:Tiers:2:TokensPerDay is 1000000000001, not from 0 to 1000000000000.",
                "Limits:RequestPerMinute is no setting, and would limit nothing. There are RequestsPerMinute, ConcurrentJobs, TokensPerDay, Connections, AnswerTokens, TierClaim, Tiers.",
                "Limits:Tiers:0:Jobs is no setting, and would limit nothing. There are Name, RequestsPerMinute, ConcurrentJobs, TokensPerDay, Connections, AnswerTokens.",
                "Limits:Tiers:3 is one value. A tier has fields: Limits:Tiers:0:Name and its limits.",
            ],
            ignoreOrder: true);

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
            // As where several services are in one host.
            .AddLimitOptions()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<LimitOptions>>().Value;
    }
}
