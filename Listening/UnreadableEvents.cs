using CloudIa.EventLog;
using Microsoft.Extensions.Logging;

namespace CloudIa.Listening;

/// <summary>Says that an event of a job's log cannot be read: once for each job, however many listen to it and however often they come back.</summary>
public sealed partial class UnreadableEvents(ILogger<UnreadableEvents> logger)
{
    /// <summary>Beyond it all are forgotten: who still listens says it once more.</summary>
    private const int JobsKept = 1_000;

    private readonly Lock _lock = new();
    private readonly HashSet<Guid> _jobs = [];

    internal void Say(Guid jobId, CorruptEventException corrupt)
    {
        lock (_lock)
        {
            if (_jobs.Count == JobsKept)
            {
                _jobs.Clear();
            }

            if (!_jobs.Add(jobId))
            {
                return;
            }
        }

        LogUnreadable(jobId, corrupt.Message);
    }

    [LoggerMessage(1, LogLevel.Error, "Job {JobId} has an event that cannot be read; its listeners get a reset in its place, and what follows. {Why}")]
    private partial void LogUnreadable(Guid jobId, string why);
}
