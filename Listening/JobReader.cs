using System.Runtime.CompilerServices;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;

namespace CloudIa.Listening;

/// <summary>Turns announcements, of which some may be lost, into a contiguous row of events, by reading what is missing.</summary>
/// <remarks>
/// In the place of an event that cannot be read goes a <see cref="MessageReset"/> with its number: a piece of the answer may be missing, so
/// what was streamed before it is void. The whole answer comes with the attempt's last event.
/// </remarks>
internal sealed class JobReader(IEventLog log, int page, UnreadableEvents unreadable)
{
    /// <summary>What an announcement gives this reader: the event, the gap before it too, or nothing.</summary>
    public async IAsyncEnumerable<ClientEvent> AdvanceAsync(
        JobCursor cursor, ClientEvent announced, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (announced.Seq == cursor.Seen + 1)
        {
            cursor.Advance(announced);
            yield return announced;
        }
        else if (announced.Seq > cursor.Seen || announced.Seq == 1)
        {
            // A first event where others were seen: either it was just read from the log, or the log was lost and begins anew.
            await foreach (var value in CatchUpAsync(cursor, cancellationToken))
            {
                yield return value;
            }
        }
    }

    /// <summary>Everything in the log that this reader does not have.</summary>
    public async IAsyncEnumerable<ClientEvent> CatchUpAsync(JobCursor cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // The last one seen is read again: when it is not there, or another, the log was lost (Redis was) and begun anew.
            var overlap = cursor.Seen > 0 ? 1 : 0;
            var after = cursor.Seen - overlap;
            var events = await ReadAsync(cursor.JobId, after, page, cancellationToken);
            if (overlap == 1 && (events.Count == 0 || !cursor.Matches(events[0])))
            {
                var first = await ReadAsync(cursor.JobId, 0, 1, cancellationToken);
                cursor.LogIsGone = first.Count == 0;
                if (first.Count == 0)
                {
                    yield break;
                }

                cursor.GoTo(0);

                // One that cannot be read is a reset itself.
                if (first[0] is { } begun)
                {
                    yield return ResetBefore(begun);
                }

                continue;
            }

            cursor.LogIsGone = events.Count == 0;
            if (overlap == 1 && events[0] is { } seen)
            {
                cursor.Recognise(seen);
            }

            if (cursor.Known is null && events.Contains(null))
            {
                await LearnAsync(cursor, after, cancellationToken);
            }

            for (var i = overlap; i < events.Count; i++)
            {
                if (events[i] is { } value)
                {
                    cursor.Advance(value);
                    yield return value;
                    continue;
                }

                // Nothing of the job could be read: the next event, or the job's row, says more.
                if (cursor.Known is not { } known)
                {
                    cursor.PassOver(cursor.Seen);
                    yield break;
                }

                cursor.PassOver(after + i + 1);
                yield return ResetBefore(known) with { Seq = cursor.Seen };
            }

            if (events.Count < page)
            {
                yield break;
            }
        }
    }

    /// <summary>Looks ahead for an event that can be read.</summary>
    private async Task LearnAsync(JobCursor cursor, long after, CancellationToken cancellationToken)
    {
        List<ClientEvent?> events;
        do
        {
            events = await ReadAsync(cursor.JobId, after, page, cancellationToken);
            cursor.Known = events.Find(x => x is not null);
            after += events.Count;
        }
        while (cursor.Known is null && events.Count == page);
    }

    /// <summary>Events after a number, in order; null stands for one that cannot be read.</summary>
    private async Task<List<ClientEvent?>> ReadAsync(Guid jobId, long after, int limit, CancellationToken cancellationToken)
    {
        var events = new List<ClientEvent?>();
        while (events.Count < limit)
        {
            var from = after + events.Count;
            var wanted = limit - events.Count;
            try
            {
                var read = await log.ReadAsync(jobId, from, wanted, cancellationToken);
                events.AddRange(read);
                break;
            }
            catch (CorruptEventException corrupt) when (corrupt.Seq > from && corrupt.Seq <= from + wanted)
            {
                unreadable.Say(jobId, corrupt);
                var before = (int)(corrupt.Seq - from - 1);
                if (before > 0)
                {
                    var read = await log.ReadAsync(jobId, from, before, cancellationToken);
                    events.AddRange(read);

                    // The log was lost between the two.
                    if (read.Count < before)
                    {
                        break;
                    }
                }

                events.Add(null);
            }
        }

        return events;
    }

    /// <summary>Tells the reader to drop what it has. It is in no log, so it has no number.</summary>
    private static MessageReset ResetBefore(ClientEvent first) => new()
    {
        JobId = first.JobId,
        ChatId = first.ChatId,
        Attempt = first.Attempt,
        Timestamp = first.Timestamp,
    };
}
