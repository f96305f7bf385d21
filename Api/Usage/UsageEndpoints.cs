using System.ComponentModel;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Login;
using CloudIa.Store;

namespace CloudIa.Api.Usage;

internal static class UsageEndpoints
{
    public static void MapUsage(this IEndpointRouteBuilder api) => api.MapGet("/me/usage", GetAsync)
        .WithName("GetUsage")
        .WithTags("Usage")
        .WithSummary("What the caller used, by day and model: tokens, and what they cost where the model has a price. The last 30 days, or those named; 92 at most.")
        .Produces<UsageView>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> GetAsync(
        HttpContext http, IUsageStore store, TimeProvider time, CancellationToken cancellationToken,
        [Description("The first day (UTC), such as 2026-01-31; left out: 29 days before the last.")] string? from = null,
        [Description("The last day (UTC); left out: today.")] string? to = null,
        [Description("Only what one chat used.")] Guid? chatId = null)
    {
        var (first, last, errors) = UsageDays.Read(from, to, time.GetUtcNow());
        if (errors.Count > 0)
            return ApiProblems.Invalid(errors);

        var total = new UsageSum();
        var days = new SortedDictionary<DateOnly, (UsageSum Total, SortedDictionary<string, UsageSum> Models)>();
        await foreach (var record in store.ListAsync(http.User.UserId(), first, last, cancellationToken))
        {
            if (chatId is { } chat && record.ChatId != chat)
                continue;

            if (!days.TryGetValue(record.Day, out var day))
                days.Add(record.Day, day = (new(), new(StringComparer.Ordinal)));
            if (!day.Models.TryGetValue(record.Model, out var model))
                day.Models.Add(record.Model, model = new());
            total.Add(record);
            day.Total.Add(record);
            model.Add(record);
        }

        return TypedResults.Ok(new UsageView
        {
            From = first,
            To = last,
            Total = total.Totals,
            Days = [.. days.Reverse().Select(x => new UsageDay
            {
                Date = x.Key,
                Total = x.Value.Total.Totals,
                Models = [.. x.Value.Models.Select(y => new UsageOfModel { Model = y.Key, Total = y.Value.Totals })],
            })],
        });
    }
}
