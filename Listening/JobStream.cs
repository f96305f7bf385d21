using System.Runtime.CompilerServices;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Listening;

/// <summary>The events of one job from a number on, until its last one: what a request for one job (a stream of SignalR, SSE) needs.</summary>
public sealed class JobStream
{
    /// <summary>
    /// So long nothing of the job is heard, its log and its row are looked at. Twice is needed to end a stream from the row: between an
    /// outcome and its last event there is a moment always, and the tries of whoever is to tell it (2, 4, 8 s …) sometimes.
    /// </summary>
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(15);

    private readonly IEventFeed _feed;
    private readonly IEventLog _log;
    private readonly IJobStore _jobs;
    private readonly TimeProvider _time;
    private readonly JobReader _reader;
    private readonly LastEvents _lastEvents;
    private readonly ListeningOptions _options;

    public JobStream(IEventFeed feed, IEventLog log, IJobStore jobs, IChatStore chats, IOptions<ListeningOptions> options, TimeProvider time, UnreadableEvents unreadable)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_feed, _log, _jobs, _time) = (feed, log, jobs, time);
        _options = options.Value;
        _reader = new JobReader(log, _options.ReadPage, unreadable);
        _lastEvents = new LastEvents(log, jobs, chats, time);
    }

    /// <summary>
    /// Contiguous and in order, each once. Ends with the last event of the last attempt that is in the log; where the log is gone, or its
    /// last event cannot be read or does not come, with the outcome as the store has it (an event without a number).
    /// </summary>
    /// <param name="job">A job of the caller: that is not checked here.</param>
    /// <param name="lastSeq">The number of the last event the caller has; 0 for all.</param>
    public async IAsyncEnumerable<ClientEvent> ReadAsync(
        JobRecord job, long lastSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        using var inbox = new Inbox(_options.BufferedEvents, _options.BufferedCharacters);
        await using var subscription = await _feed.SubscribeAsync(
            job.UserId,
            announced => AnnounceOfJob(inbox, job.JobId, announced),
            () => inbox.Miss(job.JobId),
            cancellationToken);

        var cursor = new JobCursor(job.JobId, lastSeq);
        inbox.Miss(job.JobId);
        int? untold = null;
        while (!cursor.Ended)
        {
            var seen = cursor.Seen;
            var heard = await inbox.WaitAsync(LookAfter, _time, cancellationToken);
            if (!heard)
            {
                // It may have been announced while Redis was away, or not at all.
                inbox.Miss(job.JobId);
            }

            while (inbox.TryTake(out var item))
            {
                var events = item is Announced { Event: var announced }
                    ? _reader.AdvanceAsync(cursor, announced, cancellationToken)
                    : _reader.CatchUpAsync(cursor, cancellationToken);
                await foreach (var value in events)
                {
                    yield return value;
                }
            }

            if ((cursor.LogIsGone || cursor.EndsUnreadable) && job is { Outcome: not null, IsOpen: false })
            {
                if (await _lastEvents.FromStoreAsync(job, cancellationToken) is { } last)
                {
                    yield return last;
                }

                yield break;
            }

            if (heard || cursor.Ended || cursor.Seen != seen)
            {
                continue;
            }

            job = await _jobs.GetAsync(job.JobId, cancellationToken) ?? job;
            var ended = job.IsOpen ? null : job.Outcome?.Attempt;
            if (ended is not null && ended == untold)
            {
                if (await _lastEvents.FromStoreAsync(job, cancellationToken) is { } last)
                {
                    yield return last;
                }

                yield break;
            }

            untold = ended;
        }
    }

    /// <summary>Whether there is, or will be, an event that the caller does not have. A job that has ended may still have to be told so.</summary>
    /// <param name="job">A job of the caller.</param>
    /// <param name="lastSeq">The number of the last event the caller has; 0 for none.</param>
    public async Task<bool> HasMoreAsync(JobRecord job, long lastSeq, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (lastSeq == 0 || job is not { IsOpen: false, Outcome: { } outcome })
            return true;

        try
        {
            // The log's last event and the caller's are the same, and it is the end that the row has.
            return await _log.ReadAsync(job.JobId, lastSeq - 1, 2, cancellationToken) is not [var seen] || !seen.EndsAttempt() || seen.Attempt < outcome.Attempt;
        }
        catch (CorruptEventException)
        {
            return true;
        }
    }

    private static void AnnounceOfJob(Inbox inbox, Guid jobId, ClientEvent announced)
    {
        if (announced.JobId == jobId)
        {
            inbox.Announce(announced);
        }
    }
}
