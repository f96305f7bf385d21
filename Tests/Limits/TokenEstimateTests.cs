using CloudIa.Limits;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class TokenEstimateTests
{
    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("a", 1)]
    [InlineData("abcd", 1)]
    [InlineData("abcde", 2)]
    [InlineData("ação", 2)]
    [InlineData("🦜", 1)]
    public void A_token_is_four_bytes_of_UTF8_rounded_up(string? text, long tokens) => TokenEstimate.Of(text).ShouldBe(tokens);
}
