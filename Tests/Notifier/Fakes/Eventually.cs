using Shouldly;
using Xunit;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>For what another task is about to bring about, and nothing announces.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(20));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            (await poll.WaitForNextTickAsync(timeout.Token)).ShouldBeTrue();
        }
    }
}
