using CloudIa.Store;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>
/// Counts open dead letters. Of the newest 2,000 alone, without their bodies: counters of their own could not be kept right without a transaction, and whoever has more
/// needs no exact number.
/// </summary>
internal sealed class DeadLetterGroups
{
    public const int Most = 2_000;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);
    private readonly Cached<Page<FailureRecord>> _newest;

    public DeadLetterGroups(IFailureStore failures, TimeProvider time) =>
        _newest = new(time, Life, () => failures.ListFactsAsync(Most, CancellationToken.None));

    public Task<Page<FailureRecord>> NewestAsync(CancellationToken cancellationToken) => _newest.GetAsync(cancellationToken);

    public async Task<DeadLetterGroupsView> GetAsync(CancellationToken cancellationToken)
    {
        var newest = await NewestAsync(cancellationToken);
        return new()
        {
            Items =
            [
                .. newest.Items.GroupBy(x => (x.Queue, x.ExceptionType, x.Place)).Select(x => new DeadLetterGroupView
                {
                    Queue = x.Key.Queue,
                    Exception = x.Key.ExceptionType,
                    Place = x.Key.Place,
                    Count = x.Count(),
                    FirstAt = x.Min(y => y.At),
                    LastAt = x.Max(y => y.At),
                    ExampleId = x.MaxBy(y => y.At)!.Id,
                }).OrderByDescending(x => x.Count).ThenByDescending(x => x.LastAt),
            ],
            Counted = newest.Items.Count,
            IsPartial = newest.Next is not null,
        };
    }
}
