namespace CloudIa.Listening;

/// <summary>A job is said to be completed, and its answer is nowhere.</summary>
internal sealed class AnswerMissingException(Guid jobId, string why)
    : Exception($"Job {jobId} completed, but Redis keeps no answer of it and {why}. A read that came too early is mended by the next " +
                "try; if it stays, the chat was deleted: discard the message.");
