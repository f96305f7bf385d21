using System.ComponentModel.DataAnnotations;
using CloudIa.ServiceDefaults.Proxies;
using CloudIa.Tests.Infrastructure;
using CloudIa.Tests.Processor.Fakes;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.ServiceDefaults;

/// <summary>Who is believed where a request came from.</summary>
public sealed class ProxyTests(StandInsFixture standIns)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.0/8", true)]
    [InlineData("10.0.0.0/8", false)]
    [InlineData(null, false)]
    public async Task A_client_is_who_a_known_proxy_says_and_nobody_else(string? known, bool isBelieved)
    {
        await using var app = await EdgeHost.StartAsync(standIns, settings: known is null ? [] : [("Proxies:Known:0", known)]);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "chat.example.com");

        using var answer = await client.GetAsync("/from", Token);

        (await answer.Content.ReadAsStringAsync(Token)).ShouldBe(isBelieved ? "https chat.example.com 203.0.113.7" : $"http {client.BaseAddress.Authority} 127.0.0.1");
        answer.Headers.Contains("Strict-Transport-Security").ShouldBe(isBelieved);
    }

    [Theory]
    [InlineData("1", "192.0.2.9")]
    [InlineData("2", "203.0.113.7")]
    public async Task So_many_proxies_are_believed_and_no_more(string limit, string from)
    {
        await using var app = await EdgeHost.StartAsync(standIns, settings: [("Proxies:Known:0", "127.0.0.1"), ("Proxies:Known:1", "192.0.2.0/24"), ("Proxies:Limit", limit)]);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.1, 203.0.113.7, 192.0.2.9");

        (await client.GetStringAsync("/from", Token)).ShouldEndWith(from);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task That_everybody_is_believed_is_warned_of(string enabled, bool isWarned)
    {
        using var logs = new LogCollector();
        await using var app = await EdgeHost.StartAsync(standIns, logs, ("FORWARDEDHEADERS_ENABLED", enabled));

        logs.Lines.Any(x => x.Contains("Proxies:Known", StringComparison.Ordinal)).ShouldBe(isWarned);
    }

    [Theory]
    [InlineData("10.0.0.7", true)]
    [InlineData("fd00::/8", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("proxy.example.com", false)]
    [InlineData("*", false)]
    public void A_proxy_is_an_address_or_a_network(string known, bool isValid)
    {
        var options = new ProxyOptions { Known = { known } };

        options.Validate(new ValidationContext(options)).Count().ShouldBe(isValid ? 0 : 1);
    }
}
