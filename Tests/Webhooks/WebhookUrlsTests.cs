using CloudIa.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Webhooks;

public sealed class WebhookUrlsTests
{
    [Theory]
    [InlineData("https://example.com/hook?key=1")]
    [InlineData("https://example.com:8443/")]
    [InlineData("https://exämple.com/")]
    [InlineData("https://8.8.8.8/hook")]
    [InlineData("https://[2606:4700:4700::1111]/hook")]
    public async Task A_public_https_url_will_do(string url) => (await ProblemAsync(url)).ShouldBeNull();

    [Theory]
    [InlineData("", "absolute https")]
    [InlineData("/hook", "absolute https")]
    [InlineData("example.com", "absolute https")]
    [InlineData("ftp://example.com/", "absolute https")]
    [InlineData("file:///etc/passwd", "absolute https")]
    [InlineData("http://example.com/", "begin with https")]
    [InlineData("https://ada:pass@example.com/", "user or a password")]
    [InlineData("https://example.com/#part", "fragment")]
    [InlineData("https://127.0.0.1/", "public internet")]
    [InlineData("https://2130706433/", "public internet")]
    [InlineData("https://0x7f.1/", "public internet")]
    [InlineData("https://169.254.169.254/latest/meta-data", "public internet")]
    [InlineData("https://[::1]/", "public internet")]
    [InlineData("https://[::ffff:10.0.0.1]/", "public internet")]
    public async Task Another_one_is_told_why_not(string url, string why) => (await ProblemAsync(url)).ShouldNotBeNull().ShouldContain(why);

    [Fact]
    public async Task A_url_can_be_too_long() => (await ProblemAsync("https://example.com/" + new string('a', 2_048))).ShouldNotBeNull().ShouldContain("2048");

    [Fact]
    public async Task Development_may_call_itself()
    {
        await using var services = WebhookRig.Services(Environments.Development);

        services.GetRequiredService<WebhookUrls>().Problem("http://127.0.0.1:9000/hook").ShouldBeNull();
    }

    private static async Task<string?> ProblemAsync(string url)
    {
        await using var services = WebhookRig.Services(Environments.Production);
        return services.GetRequiredService<WebhookUrls>().Problem(url);
    }
}
