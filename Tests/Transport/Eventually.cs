using Xunit;

namespace CloudIa.Tests.Transport;

internal static class Eventually
{
    /// <summary>Asks again until it is so.</summary>
    public static async Task Is(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(seconds));
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"Not within {seconds} s: {what}");
            await Task.Delay(50, CancellationToken.None);
        }
    }

    public static Task Is(Func<bool> condition, string what, int seconds = 30) => Is(() => Task.FromResult(condition()), what, seconds);
}
