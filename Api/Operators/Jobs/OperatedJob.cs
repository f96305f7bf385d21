using System.ComponentModel;
using CloudIa.Api.Jobs;
using CloudIa.Contracts;
using CloudIa.Sagas.ChatJob;
using CloudIa.Store;

namespace CloudIa.Api.Operators.Jobs;

/// <summary>A job in an operator's list: no words of its user's.</summary>
public sealed record OperatedJob
{
    public required Guid JobId { get; init; }

    public required string UserId { get; init; }

    public required Guid ChatId { get; init; }

    [Description("'accepted', 'waiting', 'invoking', 'persisting', 'notifying', 'completed', 'failed', 'cancelled' or 'expired'.")]
    public required string Status { get; init; }

    [Description("Of what counts now; 0 where no attempt has begun.")]
    public required int Attempt { get; init; }

    public required string? Model { get; init; }

    [Description("Whose model answered; null where none did (yet).")]
    public required string? Provider { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    [Description("Since when it is open: acceptance, or the last retry. Null where it has ended.")]
    public required DateTimeOffset? OpenSince { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    [Description("When the sweeper sends its step again; null where it has ended, or its saga is not there.")]
    public required DateTimeOffset? Deadline { get; init; }

    public required string? FailureCode { get; init; }

    public required TokenUsage? Usage { get; init; }

    public required JobCost? Cost { get; init; }

    [Description("Of the request that was accepted; null where nothing traced it.")]
    public required string? TraceId { get; init; }

    /// <param name="saga">Null: there is none, or it was not looked for.</param>
    internal static OperatedJob From(JobSummary job, ChatJobSaga? saga)
    {
        var ended = job.IsOpen ? null : job.Outcome;
        return new()
        {
            JobId = job.JobId,
            UserId = job.UserId,
            ChatId = job.ChatId,
            Status = ended is not null ? JobStatuses.Of(ended.Outcome) : saga is not null ? JobStatuses.Of(saga) : JobStatuses.Accepted,
            Attempt = ended?.Attempt ?? saga?.Attempt ?? job.Outcome?.Attempt ?? 0,
            Model = ended?.Model ?? saga?.Model ?? job.Model,
            Provider = ended?.Provider,
            AcceptedAt = job.AcceptedAt,
            OpenSince = job.OpenSince,
            EndedAt = ended?.EndedAt,
            Deadline = ended is null ? saga?.Deadline : null,
            FailureCode = ended?.FailureCode,
            Usage = ended?.Usage,
            Cost = ended?.Cost,
            TraceId = job.TraceId,
        };
    }
}
