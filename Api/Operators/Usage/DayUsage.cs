using System.Collections.Concurrent;
using CloudIa.Api.Usage;
using CloudIa.Store;

namespace CloudIa.Api.Operators.Usage;

/// <summary>Each day's sums by user and model. A day that is over hardly changes: it is kept for minutes; today is kept for seconds.</summary>
internal sealed class DayUsage(IUsageStore store, TimeProvider time)
{
    /// <summary>More than one request asks for.</summary>
    private const int MostDays = 200;
    private static readonly TimeSpan TodaysLife = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(DateOnly Day, bool IsOver), Cached<Dictionary<(string User, string Model), UsageSum>>> _days = [];

    public Task<Dictionary<(string User, string Model), UsageSum>> GetAsync(DateOnly day, CancellationToken cancellationToken)
    {
        if (_days.Count > MostDays)
            _days.Clear();

        // What ended just before midnight is written a little later.
        var isOver = time.GetUtcNow().UtcDateTime - day.ToDateTime(TimeOnly.MinValue) > TimeSpan.FromHours(25);
        return _days.GetOrAdd((day, isOver), _ => new(time, isOver ? Life : TodaysLife, () => SumAsync(day))).GetAsync(cancellationToken);
    }

    private async Task<Dictionary<(string User, string Model), UsageSum>> SumAsync(DateOnly day)
    {
        var sums = new Dictionary<(string User, string Model), UsageSum>();
        await foreach (var usage in store.ListOfDayAsync(day, CancellationToken.None))
        {
            if (!sums.TryGetValue((usage.UserId, usage.Model), out var sum))
                sums.Add((usage.UserId, usage.Model), sum = new());
            sum.Add(usage);
        }

        return sums;
    }
}
