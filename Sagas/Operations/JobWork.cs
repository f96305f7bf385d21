using System.Runtime.CompilerServices;
using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Sagas.Operations;

/// <summary>Operations on jobs, through the saga's own commands. The limits of users are not asked: an operator mends what is wrong.</summary>
internal abstract class JobWork(IJobStore jobs, IJobQueries queries, IBus bus) : IOperationWork
{
    protected const string Open = "open";
    private const int Page = 100;

    public abstract string Kind { get; }

    protected IJobStore Jobs { get; } = jobs;

    /// <summary>In the words of <see cref="OperationFilter.State"/>.</summary>
    protected abstract IReadOnlyList<string> States { get; }

    public virtual IEnumerable<(string Field, string Problem)> Problems(OperationFilter filter)
    {
        if (filter is { Queue: not null } or { Kind: not null } or { Exception: not null } or { Place: not null } or { Job: not null })
            yield return ("filter", "Of jobs there are jobs, state, user, chat, failureCode and olderThan.");
        if (filter.State is { } state && !States.Contains(state))
            yield return ("filter.state", $"It must be one of {string.Join(", ", States)}.");
        if (filter.OlderThan < TimeSpan.Zero)
            yield return ("filter.olderThan", "It must not be negative.");
    }

    public async IAsyncEnumerable<string?> FindAsync(OperationRecord operation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var id in CandidatesAsync(operation, cancellationToken))
            yield return await MatchingAsync(id, operation, cancellationToken) is null ? null : id.ToString();
    }

    public async Task<ItemResult> DoAsync(string target, OperationRecord operation, CancellationToken cancellationToken) =>
        await MatchingAsync(Guid.Parse(target), operation, cancellationToken) is { } job ? await DoAsync(job, cancellationToken) : ItemResult.Skipped;

    protected abstract Task<ItemResult> DoAsync(JobRecord job, CancellationToken cancellationToken);

    protected async Task SendAsync<T>(T command, CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(command, cancellationToken);
    }

    private static string StateOf(JobRecord job) => job.IsOpen || job.Outcome is not { } ended ? Open : ended.Outcome.ToString().ToLowerInvariant();

    private IAsyncEnumerable<Guid> CandidatesAsync(OperationRecord operation, CancellationToken cancellationToken) => operation.Filter switch
    {
        { Jobs: { } ids } => ids.Distinct().ToAsyncEnumerable(),
        { User: { } user, Chat: var chat } => Jobs.ListOfUserAsync(user, cancellationToken).Where(x => (chat ?? x.ChatId) == x.ChatId).Select(x => x.JobId),
        _ when States.Contains(Open) => Jobs.ListOpenAsync(operation.CreatedAt, cancellationToken),
        { State: var state } => States.Where(x => (state ?? x) == x).ToAsyncEnumerable().SelectMany(x => EndedAsync(x, operation, cancellationToken)),
    };

    private async IAsyncEnumerable<Guid> EndedAsync(string state, OperationRecord operation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // By time, so that what leaves the list while it is read moves nothing.
        var query = new JobQuery
        {
            State = Enum.Parse<JobListState>(state, ignoreCase: true),
            ChatId = operation.Filter.Chat,
            FailureCode = operation.Filter.FailureCode,
            To = operation.CreatedAt,
            OldestFirst = true,
        };
        string? cursor = null;
        do
        {
            var page = await queries.ListAsync(query, Page, cursor, cancellationToken);
            foreach (var job in page.Items)
                yield return job.JobId;

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    private async Task<JobRecord?> MatchingAsync(Guid id, OperationRecord operation, CancellationToken cancellationToken)
    {
        var filter = operation.Filter;
        return await Jobs.GetAsync(id, cancellationToken) is { ErasedAt: null } job
            && States.Contains(StateOf(job))
            && (filter.State ?? StateOf(job)) == StateOf(job)
            && (filter.User ?? job.UserId) == job.UserId
            && (filter.Chat ?? job.ChatId) == job.ChatId
            && (filter.FailureCode is null || filter.FailureCode == job.Outcome?.FailureCode)
            && job.AcceptedAt + (filter.OlderThan ?? TimeSpan.Zero) <= operation.CreatedAt
            && (job.IsOpen ? job.OpenSince : job.Outcome?.EndedAt) is var since && (since is null || since <= operation.CreatedAt)
                ? job
                : null;
    }
}

internal sealed class CancelJobs(IJobStore jobs, IJobQueries queries, IBus bus) : JobWork(jobs, queries, bus)
{
    public override string Kind => OperationKinds.CancelJobs;

    protected override IReadOnlyList<string> States { get; } = [Open];

    // Its saga takes it once.
    protected override async Task<ItemResult> DoAsync(JobRecord job, CancellationToken cancellationToken)
    {
        await SendAsync(job.ToCancelCommand(), cancellationToken);
        return ItemResult.Done;
    }
}

/// <summary>As cancelling, but their users are told that they took too long.</summary>
internal sealed class ExpireJobs(IJobStore jobs, IJobQueries queries, IBus bus) : JobWork(jobs, queries, bus)
{
    public override string Kind => OperationKinds.ExpireJobs;

    protected override IReadOnlyList<string> States { get; } = [Open];

    protected override async Task<ItemResult> DoAsync(JobRecord job, CancellationToken cancellationToken)
    {
        await SendAsync(job.ToCancelCommand(asExpired: true), cancellationToken);
        return ItemResult.Done;
    }
}

internal sealed class RetryJobs(IJobStore jobs, IJobQueries queries, IErasureStore erasures, IBus bus, TimeProvider time) : JobWork(jobs, queries, bus)
{
    public override string Kind => OperationKinds.RetryJobs;

    protected override IReadOnlyList<string> States { get; } =
        [.. new[] { JobOutcome.Failed, JobOutcome.Cancelled, JobOutcome.Expired }.Select(x => x.ToString().ToLowerInvariant())];

    protected override async Task<ItemResult> DoAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.Outcome is not { } ended || await erasures.IsBeingErasedAsync(job, cancellationToken) || !await Jobs.ReopenAsync(job.JobId, ended.Attempt, time.GetUtcNow(), cancellationToken))
            return ItemResult.Skipped;

        // Were it lost here, the sweeper would send it: the row is open.
        await SendAsync(job.ToRetryCommand(), cancellationToken);
        return ItemResult.Done;
    }
}
