using System.Runtime.CompilerServices;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;

namespace CloudIa.Notifier.Listening;

/// <summary>Turns announcements, of which some may be lost, into a contiguous row of events, by reading what is missing.</summary>
internal sealed class JobReader(IEventLog log, int page)
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
            var events = await log.ReadAsync(cursor.JobId, cursor.Seen - overlap, page, cancellationToken);
            if (overlap == 1 && (events.Count == 0 || !cursor.Matches(events[0])))
            {
                var first = await log.ReadAsync(cursor.JobId, 0, 1, cancellationToken);
                cursor.LogIsGone = first.Count == 0;
                if (first.Count == 0)
                {
                    yield break;
                }

                cursor.GoTo(0);
                yield return ResetBefore(first[0]);
                continue;
            }

            cursor.LogIsGone = events.Count == 0;
            if (overlap == 1)
            {
                cursor.Recognise(events[0]);
            }

            foreach (var value in events.Skip(overlap))
            {
                cursor.Advance(value);
                yield return value;
            }

            if (events.Count < page)
            {
                yield break;
            }
        }
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
