using CloudIa.Notifier.Configuration;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier;

public sealed class NotifierOptionsTests
{
    private readonly NotifierOptions _options = new();

    private string[] Failures => [.. new NotifierOptionsValidator().Validate(null, _options).Failures ?? []];

    [Fact]
    public void The_defaults_are_valid() => Failures.ShouldBeEmpty();

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        _options.BufferedEvents = 0;
        _options.KeepAliveInterval = TimeSpan.Zero;

        Failures.ShouldContain(x => x.Contains("BufferedEvents", StringComparison.Ordinal));
        Failures.ShouldContain(x => x.Contains("KeepAliveInterval", StringComparison.Ordinal));
    }

    [Fact]
    public void A_time_to_live_that_one_late_heartbeat_would_end_is_refused()
    {
        _options.ConnectionTimeToLive = TimeSpan.FromSeconds(30);

        Failures.ShouldHaveSingleItem().ShouldContain("ConnectionTimeToLive is 00:00:30");
    }

    [Theory]
    [InlineData("https://chat.example.com", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://chat.example.com/", false)]
    [InlineData("chat.example.com", false)]
    [InlineData("*", false)]
    [InlineData("ws://chat.example.com", false)]
    public void An_origin_is_scheme_host_and_port(string origin, bool valid)
    {
        _options.AllowedOrigins.Add(origin);

        Failures.Length.ShouldBe(valid ? 0 : 1);
    }
}
