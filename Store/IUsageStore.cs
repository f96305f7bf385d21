namespace CloudIa.Store;

/// <summary>
/// What users used: one row a call of a model, beside their chats. A day's total is the sum of its rows, so that a row which is told twice counts once; a counter could
/// not be kept right without a transaction.
/// </summary>
public interface IUsageStore
{
    /// <summary>Writes a row. One that is there already stays as it is.</summary>
    Task AddAsync(UsageRecord usage, CancellationToken cancellationToken);

    /// <summary>What a user used from a day to a day, both included, strongly consistent, in the order of days. Costs what there is: some 4,000 rows a request.</summary>
    IAsyncEnumerable<UsageRecord> ListAsync(string userId, DateOnly from, DateOnly to, CancellationToken cancellationToken);

    /// <summary>
    /// What all users used on a day, eventually consistent, in no order; not what a version before wrote, nor what was erased with its user. Costs what there is, likewise.
    /// The rows themselves are in an index by day: one that is told twice is in it once.
    /// </summary>
    IAsyncEnumerable<UsageRecord> ListOfDayAsync(DateOnly day, CancellationToken cancellationToken);
}
