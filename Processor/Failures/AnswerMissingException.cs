namespace CloudIa.Processor;

/// <summary>An answer is to be stored that is neither kept nor stored.</summary>
public sealed class AnswerMissingException(Guid jobId, int attempt) : Exception(
    $"The answer of job {jobId}, attempt {attempt}, is neither kept in Redis nor stored in the chat. Redis lost it, or it expired " +
    "before this command was handled. Retry the job: the model is then asked again.");
