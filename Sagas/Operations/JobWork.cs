using System.Runtime.CompilerServices;
using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Sagas.Operations;

/// <summary>Operations on jobs, through the saga's own commands. The limits of users are not asked: an operator mends what is wrong.</summary>
internal abstract class JobWork(IJobStore jobs, IBus bus) : IOperationWork
{
    protected const string Open = "open";

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
        _ => Jobs.ListOpenAsync(operation.CreatedAt, cancellationToken),
    };

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

internal sealed class CancelJobs(IJobStore jobs, IBus bus) : JobWork(jobs, bus)
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

internal sealed class RetryJobs(IJobStore jobs, IBus bus, TimeProvider time) : JobWork(jobs, bus)
{
    public override string Kind => OperationKinds.RetryJobs;

    protected override IReadOnlyList<string> States { get; } =
        [.. new[] { JobOutcome.Failed, JobOutcome.Cancelled, JobOutcome.Expired }.Select(x => x.ToString().ToLowerInvariant())];

    public override IEnumerable<(string Field, string Problem)> Problems(OperationFilter filter)
    {
        foreach (var problem in base.Problems(filter))
            yield return problem;
        if (filter is { Jobs: null, User: null })
            yield return ("filter", "Say which jobs, or whose (user): ended ones of all users cannot be listed yet.");
    }

    protected override async Task<ItemResult> DoAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.Outcome is not { } ended || !await Jobs.ReopenAsync(job.JobId, ended.Attempt, time.GetUtcNow(), cancellationToken))
            return ItemResult.Skipped;

        // Were it lost here, the sweeper would send it: the row is open.
        await SendAsync(job.ToRetryCommand(), cancellationToken);
        return ItemResult.Done;
    }
}
