using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;

namespace CloudIa.Processor.Configuration;

internal static class FoundEndedExtensions
{
    /// <summary>Tells a saga that waits for an attempt how it has ended: the saga was lost and begun again, or this is a command from long ago.</summary>
    public static Task PublishFoundEndedAsync(this ConsumeContext context, JobRecord job, int attempt) => context.Publish(new JobFoundEnded
    {
        JobId = job.JobId,
        Attempt = attempt,
        OutcomeAttempt = job.Outcome!.Attempt,
        Outcome = job.Outcome.Outcome,
        FailureCode = job.Outcome.FailureCode,
        EndedAt = job.Outcome.EndedAt,
    }, context.CancellationToken);
}
