using CloudIa.Api.Jobs;
using CloudIa.Contracts;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>Finds responses, and how far they are, in what is stored.</summary>
internal sealed class ResponseReader(IJobStore jobs, IChatStore chats, JobStatusReader statuses)
{
    /// <returns>Null where there is no such response, or it is another user's.</returns>
    public async Task<StoredResponse?> FindAsync(string userId, string id, CancellationToken cancellationToken) =>
        ResponseId.Parse(id) is { } jobId && await jobs.GetAsync(jobId, cancellationToken) is { } job && job.UserId == userId ? StoredResponse.Of(job) : null;

    /// <returns>Null where it was completed, and its answer was deleted.</returns>
    public async Task<ResponseState?> StateAsync(StoredResponse response, CancellationToken cancellationToken)
    {
        var job = response.Job;
        if (await statuses.GetAsync(job.UserId, job.JobId, cancellationToken) is not { } status)
            return null;

        if (status.Status == JobStatuses.Of(JobOutcome.Completed))
        {
            return await AnswerAsync(response, cancellationToken) is { } answer
                ? ResponseState.Answered(answer.Content, answer.Model, answer.FinishReason, answer.Usage is { Estimated: not true, InputTokens: not null, OutputTokens: not null } usage ? usage : null)
                : null;
        }

        if (status.Status == JobStatuses.Of(JobOutcome.Cancelled))
            return ResponseState.CancelledAfter((await MessageAsync(response, cancellationToken))?.Content);

        return JobStatuses.IsEnd(status.Status)
            ? ResponseState.FailedWith(status.Error?.Code ?? JobFailures.Expired.Code, status.Error?.Message ?? JobFailures.Expired.Message)
            : new() { Status = status.Status is JobStatuses.Accepted or JobStatuses.Waiting ? ResponseState.Queued : ResponseState.InProgress };
    }

    /// <summary>The answer, whole; null where there is none (yet, or any more).</summary>
    public async Task<MessageRecord?> AnswerAsync(StoredResponse response, CancellationToken cancellationToken) =>
        await MessageAsync(response, cancellationToken) is { PartialOf: null } answer ? answer : null;

    private async Task<MessageRecord?> MessageAsync(StoredResponse response, CancellationToken cancellationToken) =>
        await chats.GetMessageAsync(response.Job.ChatId, MessageSequence.OfAssistant(response.Job.Turn), cancellationToken) is { } message
        && message.JobId == response.Job.JobId ? message : null;
}
