using System.Globalization;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;

namespace CloudIa.Bench.Listening;

/// <summary>A job whose answer is written into the log as Processor does, at a steady pace.</summary>
internal sealed class BenchJob(IEventLog log, string user, TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    public Guid JobId { get; } = Guid.CreateVersion7(time.GetUtcNow());

    public string User => user;

    /// <summary>How many events the log has.</summary>
    public int Events { get; private set; }

    public static JobAccepted Accepted(Guid jobId, TimeProvider time) => new() { JobId = jobId, ChatId = jobId, Attempt = 1, Timestamp = time.GetUtcNow() };

    public async Task WriteAsync(int deltas, TimeSpan pause)
    {
        await log.AcceptAsync(user, Accepted(JobId, time), CancellationToken.None);
        var run = (await log.BeginRunAsync(user, new JobStarted { JobId = JobId, ChatId = JobId, Attempt = 1, Timestamp = time.GetUtcNow() }, Lease, CancellationToken.None)).Run!;
        using var timer = new PeriodicTimer(pause, time);
        for (var n = 0; n < deltas; n++)
        {
            await timer.WaitForNextTickAsync();
            var delta = new MessageDelta { JobId = JobId, ChatId = JobId, Attempt = 1, Timestamp = time.GetUtcNow(), Content = string.Create(CultureInfo.InvariantCulture, $"word{n:0000} ") };
            if (!await log.AppendAsync(run, delta, CancellationToken.None))
                throw new InvalidOperationException($"Job {JobId} lost its run in the middle of the bench.");
        }

        await log.EndAsync(user, new JobError { JobId = JobId, ChatId = JobId, Attempt = 1, Timestamp = time.GetUtcNow(), Message = "done", Details = "done", Retryable = false }, CancellationToken.None);
        Events = deltas + 3;
    }
}
