using CloudIa.Store;

namespace CloudIa.Api.Jobs;

/// <summary>Where to go on from a job; paths of this API.</summary>
public sealed record JobLinks
{
    /// <summary>The job.</summary>
    public required string Self { get; init; }

    /// <summary>The job's events, as server-sent events.</summary>
    public required string Events { get; init; }

    /// <summary>The chat's messages.</summary>
    public required string Messages { get; init; }

    internal static JobLinks Of(JobRecord job) => new() { Self = Job(job.JobId), Events = $"{Job(job.JobId)}/events", Messages = $"/chats/{job.ChatId}/messages" };

    internal static string Job(Guid jobId) => $"/chat/jobs/{jobId}";
}
