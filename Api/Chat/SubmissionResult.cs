using CloudIa.Store;

namespace CloudIa.Api.Chat;

/// <summary>What became of a request to take a message.</summary>
internal abstract record SubmissionResult
{
    /// <param name="Job">The row.</param>
    /// <param name="Repeated">The same key was used before for the same request: this is that one's job.</param>
    public sealed record Accepted(JobRecord Job, bool Repeated) : SubmissionResult;

    public sealed record ChatNotFound : SubmissionResult;

    /// <summary>The key stands for another request.</summary>
    public sealed record KeyReused(Guid JobId) : SubmissionResult;
}
