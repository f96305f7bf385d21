using CloudIa.Limits;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class RateLimitFieldsTests
{
    private static readonly LimitState[] All =
    [
        new(LimitKind.RequestsPerMinute, 120, 119, TimeSpan.FromSeconds(59.001)),
        new(LimitKind.ConcurrentJobs, 20, 0, Reset: null),
        new(LimitKind.TokensPerDay, 1_000_000, 999_000, TimeSpan.FromHours(2)),
        new(LimitKind.Connections, 50, 0, Reset: null),
    ];

    [Fact]
    public void Policies_are_structured_fields_with_quota_unit_and_window() => RateLimitFields.PolicyOf(All).ShouldBe(
        "\"requests\";q=120;w=60, \"jobs\";q=20;qu=\"concurrent-requests\", \"tokens\";q=1000000;qu=\"tokens\";w=86400, \"connections\";q=50;qu=\"concurrent-requests\"");

    [Fact]
    public void What_is_left_has_whole_seconds_rounded_up_where_it_is_known_when_there_is_more() => RateLimitFields.CurrentOf(All).ShouldBe(
        "\"requests\";r=119;t=60, \"jobs\";r=0, \"tokens\";r=999000;t=7200, \"connections\";r=0");

    [Fact]
    public void Who_has_to_come_again_waits_at_least_a_second()
    {
        RateLimitFields.Seconds(All[0] with { Reset = TimeSpan.Zero }).ShouldBe(1);
        RateLimitFields.Seconds(All[1]).ShouldBe(5);
    }
}
