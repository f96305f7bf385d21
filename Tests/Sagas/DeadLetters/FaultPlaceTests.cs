using CloudIa.Sagas.DeadLetters;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Sagas.DeadLetters;

public sealed class FaultPlaceTests
{
    [Theory]
    [InlineData("   at System.Foo()\n   at CloudIa.Transport.X.Y()\n   at CloudIa.Processor.Run.DoAsync(String prompt) in /src/Run.cs:line 7\n   at CloudIa.Other()", "CloudIa.Processor.Run.DoAsync")]
    [InlineData("   at CloudIa.Run.<DoAsync>d__3.MoveNext()", "CloudIa.Run.<DoAsync>d__3.MoveNext")]
    [InlineData("   at System.Foo()", null)]
    [InlineData("   at CloudIa.what she said: hello(x)", null)]
    [InlineData(null, null)]
    public void The_topmost_frame_of_our_own_is_the_place(string? stack, string? place) => FaultPlace.TopFrame(stack).ShouldBe(place);
}
