using System.ComponentModel;
using System.Globalization;
using CloudIa.Api.Problems;
using CloudIa.Api.Usage;
using CloudIa.ServiceDefaults.Login;

namespace CloudIa.Api.Operators.Usage;

internal static class OperatorUsageEndpoints
{
    private const int MostItems = 1_000;
    private const int DaysAtOnce = 8;
    private static readonly string[] Parts = ["day", "user", "model"];

    public static IServiceCollection AddOperatorUsage(this IServiceCollection services) => services.AddSingleton<DayUsage>();

    public static void MapOperatorUsage(this RouteGroupBuilder ops) => ops.MapGet("/usage", GetAsync).RequireReader()
        .WithName("GetUsageOfAll")
        .WithSummary("What all users used: tokens, and what they cost where the model has a price. The last 30 days, or those named; 92 at most.")
        .Produces<OperatorUsageView>()
        .ProducesValidationProblem();

    private static async Task<IResult> GetAsync(
        DayUsage usage, TimeProvider time, CancellationToken cancellationToken,
        [Description("The first day (UTC), such as 2026-01-31; left out: 29 days before the last.")] string? from = null,
        [Description("The last day (UTC); left out: today.")] string? to = null,
        [Description("'day' (left out), 'user' or 'model'.")] string? by = null)
    {
        var (first, last, errors) = UsageDays.Read(from, to, time.GetUtcNow());
        if (by is not null && !Parts.Contains(by))
            errors[nameof(by)] = [$"It must be one of {string.Join(", ", Parts)}."];
        if (errors.Count > 0)
            return ApiProblems.Invalid(errors);

        var (total, parts) = (new UsageSum(), new Dictionary<string, UsageSum>(StringComparer.Ordinal));
        foreach (var days in Enumerable.Range(first.DayNumber, last.DayNumber - first.DayNumber + 1).Select(DateOnly.FromDayNumber).Chunk(DaysAtOnce))
        {
            var sums = await Task.WhenAll(days.Select(x => usage.GetAsync(x, cancellationToken)));
            foreach (var (day, (user, model), sum) in days.Zip(sums).SelectMany(x => x.Second, (x, y) => (x.First, y.Key, y.Value)))
            {
                var key = by switch { "user" => user, "model" => model, _ => day.ToString(UsageDays.Format, CultureInfo.InvariantCulture) };
                if (!parts.TryGetValue(key, out var part))
                    parts.Add(key, part = new());
                part.Add(sum);
                total.Add(sum);
            }
        }

        var items = parts.Select(x => new UsagePart { Key = x.Key, Total = x.Value.Totals });
        var ordered = by is null or "day"
            ? items.OrderByDescending(x => x.Key, StringComparer.Ordinal)
            : items.OrderByDescending(x => x.Total.InputTokens + x.Total.OutputTokens).ThenBy(x => x.Key, StringComparer.Ordinal);
        return TypedResults.Ok(new OperatorUsageView
        {
            From = first,
            To = last,
            Total = total.Totals,
            Items = [.. ordered.Take(MostItems)],
            IsPartial = parts.Count > MostItems,
        });
    }
}
