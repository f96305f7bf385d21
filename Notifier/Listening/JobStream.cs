using System.Runtime.CompilerServices;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Notifier.Listening;

/// <summary>The events of one job from a number on, until its last one: what a request for one job (a stream of SignalR, SSE) needs.</summary>
public sealed class JobStream
{
    private readonly IEventFeed _feed;
    private readonly JobReader _reader;
    private readonly LastEvents _lastEvents;
    private readonly NotifierOptions _options;

    public JobStream(IEventFeed feed, IEventLog log, IJobStore jobs, IChatStore chats, IOptions<NotifierOptions> options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _feed = feed;
        _options = options.Value;
        _reader = new JobReader(log, _options.ReadPage);
        _lastEvents = new LastEvents(log, jobs, chats, time);
    }

    /// <summary>
    /// Contiguous and in order, each once. Ends with the last event of the last attempt that is in the log; where the log is gone, with
    /// the outcome as the store has it (an event without a number).
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
        while (!cursor.Ended)
        {
            await inbox.WaitAsync(cancellationToken);
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

            if (cursor.LogIsGone && job is { Outcome: not null, IsOpen: false })
            {
                if (await _lastEvents.FromStoreAsync(job, cancellationToken) is { } last)
                {
                    yield return last;
                }

                yield break;
            }
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
