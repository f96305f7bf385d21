using CloudIa.Api.Chats;
using CloudIa.EventLog;
using CloudIa.Listening;
using CloudIa.Store;

namespace CloudIa.Api.Jobs;

/// <summary>Waits for a job's end.</summary>
internal sealed class JobWait(IEventFeed feed, IChatStore chats, JobStatusReader reader, TimeProvider time)
{
    /// <summary>An end that was not announced (Redis was lost) shows in the row.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <returns>How far the job is: at its end, or after the wait. With its answer where it is completed. Null where the job is not there, or not this user's.</returns>
    public async Task<JobStatus?> ForEndAsync(string userId, Guid jobId, TimeSpan wait, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var signal = new SemaphoreSlim(0);
        await using var subscription = await feed.SubscribeAsync(
            userId,
            announced =>
            {
                if (announced.JobId == jobId && announced.EndsAttempt())
                    signal.Release();
            },
            () => signal.Release(),
            cancellationToken);
        while (true)
        {
            var status = await reader.GetAsync(userId, jobId, cancellationToken);
            var left = wait - time.GetElapsedTime(started);
            if (status is null || JobStatuses.IsEnd(status.Status) || left <= TimeSpan.Zero)
                return status is { Status: JobStatuses.Completed } ? status with { Answer = await AnswerAsync(status, cancellationToken) } : status;

            await signal.WaitAsync(left < LookAgain ? left : LookAgain, time, cancellationToken);
        }
    }

    private async Task<MessageView?> AnswerAsync(JobStatus status, CancellationToken cancellationToken) =>
        await chats.GetMessageAsync(status.ChatId, status.AnswerPlace, cancellationToken) is { } message && message.JobId == status.JobId ? MessageView.From(message) : null;
}
