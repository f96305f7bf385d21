using System.Runtime.CompilerServices;
using CloudIa.Sagas.DeadLetters;
using CloudIa.Store;

namespace CloudIa.Sagas.Operations;

/// <summary>Operations on open dead letters. Those that come while one runs are not meant: what fails again is not sent for ever.</summary>
internal abstract class DeadLetterWork(IFailureStore failures) : IOperationWork
{
    private const int Page = 100;

    public abstract string Kind { get; }

    public IEnumerable<(string Field, string Problem)> Problems(OperationFilter filter)
    {
        if (filter is { State: not null } or { User: not null } or { Chat: not null } or { FailureCode: not null } or { OlderThan: not null } or { Jobs: not null })
            yield return ("filter", "Of dead letters there are queue, kind, exception, place and job.");
        if (filter.Kind is { } kind && !FailureKinds.All.Contains(kind))
            yield return ("filter.kind", $"It must be one of {string.Join(", ", FailureKinds.All)}.");
    }

    public async IAsyncEnumerable<string?> FindAsync(OperationRecord operation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await failures.ListAsync(Query(operation), Page, cursor, cancellationToken);
            foreach (var failure in page.Items)
                yield return failure.Id;

            // A page without any has looked at its 1,000.
            yield return null;
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    public async Task<ItemResult> DoAsync(string target, OperationRecord operation, CancellationToken cancellationToken) =>
        await failures.GetAsync(target, cancellationToken) is { } failure && Query(operation).Matches(failure)
            ? await DoAsync(failure, cancellationToken)
            : ItemResult.Skipped;

    protected abstract Task<ItemResult> DoAsync(FailureRecord failure, CancellationToken cancellationToken);

    private static FailureQuery Query(OperationRecord operation) => new()
    {
        Queue = operation.Filter.Queue,
        Kind = operation.Filter.Kind,
        ExceptionType = operation.Filter.Exception,
        Place = operation.Filter.Place,
        JobId = operation.Filter.Job,
        Until = operation.CreatedAt,
    };
}

internal sealed class RetryDeadLetters(IFailureStore failures, Redrive redrive) : DeadLetterWork(failures)
{
    public override string Kind => OperationKinds.RetryDeadLetters;

    protected override async Task<ItemResult> DoAsync(FailureRecord failure, CancellationToken cancellationToken) => await redrive.SendAsync(failure, cancellationToken) switch
    {
        RedriveResult.Sent => ItemResult.Done,
        RedriveResult.Claimed => ItemResult.Later,
        _ => ItemResult.Skipped,
    };
}

internal sealed class DiscardDeadLetters(IFailureStore failures, TimeProvider time) : DeadLetterWork(failures)
{
    private readonly IFailureStore _failures = failures;

    public override string Kind => OperationKinds.DiscardDeadLetters;

    // One that is being sent again meanwhile is left to that.
    protected override async Task<ItemResult> DoAsync(FailureRecord failure, CancellationToken cancellationToken) =>
        await _failures.DiscardAsync(failure, time.GetUtcNow(), cancellationToken) ? ItemResult.Done : ItemResult.Skipped;
}
