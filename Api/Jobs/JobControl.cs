using CloudIa.Api.Limits;
using CloudIa.Api.Problems;
using CloudIa.Contracts;
using CloudIa.Limits;
using CloudIa.Sagas;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Api.Jobs;

/// <summary>Cancels and retries jobs.</summary>
internal sealed partial class JobControl(IJobStore jobs, ISendEndpointProvider bus, Admissions admissions, TimeProvider time, ILogger<JobControl> logger)
{
    /// <summary>Ends a job that has no answer yet. One that has ended stays as it is.</summary>
    /// <exception cref="DependencyException">SQS cannot be reached, or did not say whether it took the command.</exception>
    public async Task CancelAsync(JobRecord job, bool asExpired = false)
    {
        if (!job.IsOpen && job.Outcome is not null)
            return;

        try
        {
            await SendAsync(job.ToCancelCommand(asExpired));
        }
        catch (Exception exception)
        {
            throw new DependencyException(
                StatusCodes.Status502BadGateway,
                exception.MayBeSent()
                    ? "It is not known whether the job will be cancelled: SQS does not answer. Try again; to cancel twice is safe."
                    : "The job could not be cancelled: SQS cannot be reached. It goes on; try again.",
                exception);
        }
    }

    /// <summary>Begins another attempt of a job that ended without an answer. One that is under way stays as it is.</summary>
    /// <param name="tier">Of the caller, whose job it is.</param>
    public async Task<RetryResult> RetryAsync(JobRecord job, string? tier, CancellationToken cancellationToken)
    {
        if (job.IsOpen || job.Outcome is not { } ended)
            return new RetryResult.UnderWay();

        if (ended.Outcome == JobOutcome.Completed)
            return new RetryResult.Completed();

        var attempt = new JobAttempt(job.JobId, ended.Attempt + 1);
        if (await admissions.RefusalAsync(new(job.UserId, tier), admissions.Plan(attempt, tier, job.Prompt, job.Conversation, job.SystemPrompt)) is { } limit)
            return new RetryResult.Limited(limit);

        return await BeginAsync(job, ended, () => admissions.GiveBackAsync(job.UserId, attempt), cancellationToken);
    }

    /// <summary>As <see cref="RetryAsync"/>, for an operator: nobody's limits count.</summary>
    public async Task<RetryResult> RetryUnlimitedAsync(JobRecord job, CancellationToken cancellationToken)
    {
        if (job.IsOpen || job.Outcome is not { } ended)
            return new RetryResult.UnderWay();

        return ended.Outcome == JobOutcome.Completed ? new RetryResult.Completed() : await BeginAsync(job, ended, () => Task.CompletedTask, cancellationToken);
    }

    private async Task<RetryResult> BeginAsync(JobRecord job, JobOutcomeRecord ended, Func<Task> giveBack, CancellationToken cancellationToken)
    {
        // Where this fails the row may be open: then its place stays taken, and if it is not, that is found out.
        if (!await jobs.ReopenAsync(job.JobId, ended.Attempt, time.GetUtcNow(), cancellationToken))
        {
            var now = await jobs.GetAsync(job.JobId, cancellationToken);

            // By somebody else, or by this call, whose answer was lost: the saga takes the command once.
            if (now is not { IsOpen: true })
            {
                await giveBack();
                return now is { Outcome.Outcome: JobOutcome.Completed } ? new RetryResult.Completed() : new RetryResult.UnderWay();
            }
        }

        try
        {
            await SendAsync(job.ToRetryCommand());
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // The row says it: the sweeper will.
            Log.NotSent(logger, exception, job.JobId);
        }

        return new RetryResult.UnderWay();
    }

    private async Task SendAsync<T>(T command)
        where T : class
    {
        var endpoint = await bus.GetSendEndpoint(ChatJobQueues.Address(ChatJobQueues.ChatJob));
        await endpoint.Send(command);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} is to be retried, but its saga could not be told; the sweeper will.")]
        public static partial void NotSent(ILogger logger, Exception exception, Guid jobId);
    }
}
