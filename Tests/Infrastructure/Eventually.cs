using System.Runtime.CompilerServices;
using Xunit;

namespace CloudIa.Tests.Infrastructure;

/// <summary>For what another task or process is about to bring about, and nothing announces.</summary>
internal static class Eventually
{
    /// <summary>Far more than anything needs on a busy machine: it ends a test that would hang, and times nothing.</summary>
    private const int DefaultPatience = 60;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks again until it is so.</summary>
    /// <exception cref="TimeoutException">It was not so within <paramref name="seconds"/>.</exception>
    public static async Task Is(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "", int seconds = DefaultPatience)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"Not within {seconds} s: {what}");
            await Task.Delay(Interval, TimeProvider.System, CancellationToken.None);
        }
    }

    public static Task Is(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "", int seconds = DefaultPatience) =>
        Is(() => Task.FromResult(condition()), what, seconds);
}
