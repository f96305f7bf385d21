using System.Runtime.CompilerServices;
using System.Text;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi;

/// <summary>A job's events as OpenAI's chunks. The joined pieces are the stored answer, or the stream ends with an error.</summary>
internal static class CompletionChunks
{
    /// <param name="events">Of the job, from its first.</param>
    public static async IAsyncEnumerable<byte[]> ReadAsync(
        JobRecord job, bool includeUsage, IAsyncEnumerable<ClientEvent> events, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One that has ended is told at once, without what was streamed in vain before its answer.
        var isTold = job is { IsOpen: false, Outcome: not null };
        var said = new StringBuilder();
        var attempt = 0;
        ClientEvent? end = null;
        await foreach (var value in events.WithCancellation(cancellationToken))
        {
            switch (value)
            {
                case MessageDelta when isTold:
                    break;
                case MessageReset when said.Length > 0:
                case MessageDelta { Attempt: var other } when said.Length > 0 && other != attempt:
                    yield return JobErrors.Interrupted(job.JobId).ToFrame();
                    yield break;
                case MessageDelta { Content: var content } delta:
                    attempt = delta.Attempt;
                    said.Append(content);
                    yield return CompletionJson.Chunk(job, content);
                    break;
                default:
                    // A failed attempt may have another after it.
                    end = value.EndsAttempt() ? value : null;
                    break;
            }
        }

        if (end is not MessageCompleted answer)
        {
            yield return JobErrors.Of(job.JobId, end).ToFrame();
            yield break;
        }

        if (!answer.Content.AsSpan().StartsWith(said.ToString(), StringComparison.Ordinal))
        {
            yield return JobErrors.Interrupted(job.JobId).ToFrame();
            yield break;
        }

        if (answer.Content.Length > said.Length)
            yield return CompletionJson.Chunk(job, answer.Content[said.Length..]);
        yield return CompletionJson.LastChunk(job, answer);
        if (includeUsage)
            yield return CompletionJson.UsageChunk(job, answer);
        yield return CompletionJson.Done;
    }
}
