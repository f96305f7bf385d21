using CloudIa.Api.Jobs;
using CloudIa.Store;

namespace CloudIa.Api.Chat;

/// <summary>The answer to an accepted message.</summary>
public sealed record ChatAccepted
{
    public required Guid JobId { get; init; }

    public required Guid ChatId { get; init; }

    /// <summary>Of the user's message.</summary>
    public required Guid MessageId { get; init; }

    /// <summary>Always <c>accepted</c>; the job's own page says how far it is.</summary>
    public required string Status { get; init; }

    /// <summary>True where this <c>Idempotency-Key</c> was used before: nothing new was started.</summary>
    public required bool Repeated { get; init; }

    public required JobLinks Links { get; init; }

    internal static ChatAccepted From(JobRecord job, bool repeated) => new()
    {
        JobId = job.JobId,
        ChatId = job.ChatId,
        MessageId = job.UserMessageId,
        Status = JobStatuses.Accepted,
        Repeated = repeated,
        Links = JobLinks.Of(job),
    };
}
