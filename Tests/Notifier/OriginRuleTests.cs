using CloudIa.Notifier.Origins;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class OriginRuleTests
{
    [Theory]
    [InlineData("", "chat.example.com", true)]
    [InlineData("https://chat.example.com", "chat.example.com", true)]
    [InlineData("http://chat.example.com", "chat.example.com", true)]
    [InlineData("https://CHAT.example.com", "chat.example.com:443", true)]
    [InlineData("http://localhost:5000", "localhost:5000", true)]
    [InlineData("http://[::1]:5000", "[::1]:5000", true)]
    [InlineData("http://localhost:5001", "localhost:5000", false)]
    [InlineData("https://chat.example.com:8443", "chat.example.com", false)]
    [InlineData("https://chat.example.com.evil.net", "chat.example.com", false)]
    [InlineData("https://evil.net", "chat.example.com", false)]
    [InlineData("null", "chat.example.com", false)]
    [InlineData("file://", "chat.example.com", false)]
    [InlineData("https://app.example.com", "chat.example.com", true)]
    [InlineData("https://app.example.com.evil.net", "chat.example.com", false)]
    public void An_origin_is_allowed_where_it_is_this_host_or_listed(string origin, string host, bool allowed) =>
        OriginRule.Allows(origin, new HostString(host), new() { AllowedOrigins = { "https://app.example.com" } }).ShouldBe(allowed);
}
