using CloudIa.Limits;
using CloudIa.Store;

namespace CloudIa.Api.Chat;

/// <summary>What became of a request to take a message.</summary>
internal abstract record SubmissionResult
{
    /// <param name="Job">The row.</param>
    /// <param name="Repeated">The same key was used before for the same request: this is that one's job.</param>
    public sealed record Accepted(JobRecord Job, bool Repeated) : SubmissionResult;

    public sealed record ChatNotFound(Guid ChatId) : SubmissionResult;

    /// <summary>The chat is still answering, and the caller does not want to wait.</summary>
    public sealed record ChatBusy(Guid ChatId) : SubmissionResult;

    /// <summary>The key stands for another request.</summary>
    /// <param name="IsDeleted">That one's job was deleted with its chat.</param>
    public sealed record KeyReused(Guid JobId, bool IsDeleted) : SubmissionResult;

    /// <summary>All that the user has is being deleted, since then: nothing was begun.</summary>
    public sealed record Deleting(DateTimeOffset Since) : SubmissionResult;

    /// <summary>The user has reached a limit: nothing was begun.</summary>
    public sealed record Limited(LimitState Limit) : SubmissionResult;
}
