namespace CloudIa.Tests.Infrastructure;

/// <summary>Waits for a condition that another process or thread brings about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <exception cref="TimeoutException">It was not true in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > patience)
                throw new TimeoutException($"It was not so within {patience}.");
            await Task.Delay(Interval, TimeProvider.System);
        }
    }
}
