using CloudIa.Contracts;

namespace CloudIa.Store;

/// <summary>Lists of jobs for operators, by the table's indexes: eventually consistent, and a page costs the same however many jobs there are.</summary>
public interface IJobQueries
{
    /// <summary>
    /// A page of jobs, in the order of <see cref="JobQuery.OldestFirst"/>. It may have fewer than asked for, or none, and a next one: where few of many jobs fit
    /// a filter that no index has, it ends after <see cref="JobQuery.MostRead"/>.
    /// </summary>
    /// <param name="limit">1–100.</param>
    /// <param name="cursor">What the page before gave; null for the first.</param>
    /// <exception cref="InvalidCursorException">It is not one of this list.</exception>
    Task<Page<JobSummary>> ListAsync(JobQuery query, int limit, string? cursor, CancellationToken cancellationToken);
}

/// <summary>Which jobs. Of <see cref="UserId"/> and <see cref="ChatId"/>, whichever is there decides which index is read; else <see cref="State"/> does.</summary>
public sealed record JobQuery
{
    /// <summary>How many rows a page reads at most.</summary>
    public const int MostRead = 1_000;

    /// <summary>Null: any, which needs a user or a chat.</summary>
    public JobListState? State { get; init; }

    /// <summary>Of <see cref="JobFailures"/>; null: any.</summary>
    public string? FailureCode { get; init; }

    public string? UserId { get; init; }

    public Guid? ChatId { get; init; }

    /// <summary>Not before this; null: no matter. Of open ones since when they are open, of ended ones when they ended, with a user or a chat when they were accepted.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this; null: no matter.</summary>
    public DateTimeOffset? To { get; init; }

    public bool OldestFirst { get; init; }
}

/// <summary>What a job's row says of how far it is.</summary>
public enum JobListState
{
    Open,
    Completed,
    Failed,
    Cancelled,
    Expired,
}

/// <summary>A job in a list: ids, times and how it ended, no words.</summary>
public sealed record JobSummary
{
    public required Guid JobId { get; init; }

    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    public required long Turn { get; init; }

    public required string? Model { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>See <see cref="JobRecord.OpenSince"/>.</summary>
    public required DateTimeOffset? OpenSince { get; init; }

    /// <summary>How the last attempt ended; null while there was none.</summary>
    public required JobOutcomeRecord? Outcome { get; init; }

    public required string? TraceId { get; init; }

    public static JobSummary Of(JobRecord job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return new()
        {
            JobId = job.JobId,
            UserId = job.UserId,
            ChatId = job.ChatId,
            Turn = job.Turn,
            Model = job.Model,
            AcceptedAt = job.AcceptedAt,
            OpenSince = job.OpenSince,
            Outcome = job.Outcome,
            TraceId = job.TraceId,
        };
    }

    public bool IsOpen => OpenSince is not null;

    public JobListState State => OpenSince is not null || Outcome is null ? JobListState.Open : Outcome.Outcome switch
    {
        JobOutcome.Completed => JobListState.Completed,
        JobOutcome.Cancelled => JobListState.Cancelled,
        JobOutcome.Expired => JobListState.Expired,
        _ => JobListState.Failed,
    };
}
