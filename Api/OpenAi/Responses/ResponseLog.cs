using System.Text;
using CloudIa.Contracts.Client;
using CloudIa.EventLog;
using CloudIa.Listening;
using Microsoft.Extensions.Options;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>Looks through a job's log for what is void in it.</summary>
internal sealed class ResponseLog(IEventLog log, IOptions<ListeningOptions> options)
{
    /// <summary>The number of the last event of a run that broke off, or of an attempt that another one followed; 0: there is none.</summary>
    public async Task<long> VoidUntilAsync(Guid jobId, CancellationToken cancellationToken)
    {
        long seen = 0, isVoid = 0;
        var attempt = 0;
        var said = new StringBuilder();
        while (true)
        {
            try
            {
                var events = await log.ReadAsync(jobId, seen, options.Value.ReadPage, cancellationToken);
                foreach (var value in events)
                {
                    if (attempt != 0 && value.Attempt != attempt)
                    {
                        isVoid = seen;
                        said.Clear();
                    }

                    attempt = value.Attempt;
                    switch (value)
                    {
                        case MessageReset:
                            isVoid = value.Seq;
                            said.Clear();
                            break;
                        case MessageDelta { Content: var content }:
                            said.Append(content);
                            break;
                        case MessageCompleted { Content: var answer } when !answer.StartsWith(said.ToString(), StringComparison.Ordinal):
                            isVoid = seen;
                            break;
                    }

                    seen = value.Seq;
                }

                if (events.Count < options.Value.ReadPage)
                    return isVoid;
            }
            catch (CorruptEventException corrupt) when (corrupt.Seq > seen)
            {
                // Readers get a reset in its place; and what is before it has to be read first.
                if (corrupt.Seq > seen + 1 && await log.ReadAsync(jobId, seen, (int)Math.Min(corrupt.Seq - seen - 1, options.Value.ReadPage), cancellationToken) is [.., var last])
                    attempt = last.Attempt;
                (seen, isVoid) = (corrupt.Seq, corrupt.Seq);
                said.Clear();
            }
        }
    }
}
