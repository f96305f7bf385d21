using System.Collections.Concurrent;
using CloudIa.Limits;

namespace CloudIa.Tests.Processor.Fakes;

/// <summary>What limits were told.</summary>
internal sealed class RecordingLimits : ILimits
{
    public ConcurrentQueue<(JobAttempt Job, long Tokens)> Ended { get; } = new();

    public ConcurrentQueue<(JobAttempt Job, long Tokens)> Noted { get; } = new();

    /// <summary>What Redis did to the next ends.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = new();

    public Task<Admission> AdmitAsync(LimitedUser user, PlannedJob? job, bool isCounted, CancellationToken cancellationToken) => Task.FromResult(Admission.Unlimited);

    public Task GiveBackAsync(string userId, JobAttempt job, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task EndAsync(string userId, JobAttempt job, long tokens, CancellationToken cancellationToken)
    {
        if (Failures.TryDequeue(out var failure))
            throw failure;

        Ended.Enqueue((job, tokens));
        return Task.CompletedTask;
    }

    public Task NoteAsync(string userId, JobAttempt job, long run, long tokens, CancellationToken cancellationToken)
    {
        Noted.Enqueue((job, tokens));
        return Task.CompletedTask;
    }
}
