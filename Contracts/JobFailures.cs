namespace CloudIa.Contracts;

/// <summary>The failures that a job can end with.</summary>
public static class JobFailures
{
    public static readonly JobFailure MessageNotRecorded = new()
    {
        Code = "message_not_recorded",
        Message = "Your message could not be written to the chat's history. Send it again.",
        Retryable = true,
    };

    public static readonly JobFailure ModelUnavailable = new()
    {
        Code = "model_unavailable",
        Message = "The model could not be reached, also after several tries. Send the message again later.",
        Retryable = true,
    };

    /// <summary>All providers of the model were left alone, because they had failed too often, until the job's time was over.</summary>
    public static readonly JobFailure CircuitOpen = new()
    {
        Code = "circuit_open",
        Message = "The model's providers have failed too often lately and are left alone for a while (circuit open). Send the message again later.",
        Retryable = true,
    };

    public static readonly JobFailure ModelRefused = new()
    {
        Code = "model_refused",
        Message = "There is no such model here, or its provider refused the request. Another model or a shorter message may work; the same request will not.",
        Retryable = false,
    };

    /// <summary>The command to ask the model became a dead letter: nobody could read it, or whoever worked on it died each time.</summary>
    public static readonly JobFailure AnswerNotMade = new()
    {
        Code = "answer_not_made",
        Message = "A fault on our side kept the message from being answered, also after several tries. Send it again.",
        Retryable = true,
    };

    public static readonly JobFailure AnswerNotStored = new()
    {
        Code = "answer_not_stored",
        Message = "The answer could not be stored. Send the message again.",
        Retryable = true,
    };

    public static readonly JobFailure Expired = new()
    {
        Code = "expired",
        Message = "The answer took longer than a message may take. Send the message again.",
        Retryable = true,
    };

    public static readonly JobFailure Cancelled = new()
    {
        Code = "cancelled",
        Message = "The answer was stopped on request.",
        Retryable = true,
    };

    private static readonly Dictionary<string, JobFailure> ByCode = new(StringComparer.Ordinal)
    {
        [MessageNotRecorded.Code] = MessageNotRecorded,
        [ModelUnavailable.Code] = ModelUnavailable,
        [CircuitOpen.Code] = CircuitOpen,
        [ModelRefused.Code] = ModelRefused,
        [AnswerNotMade.Code] = AnswerNotMade,
        [AnswerNotStored.Code] = AnswerNotStored,
        [Expired.Code] = Expired,
        [Cancelled.Code] = Cancelled,
    };

    /// <summary>All that this version knows.</summary>
    public static IReadOnlyCollection<string> Codes => ByCode.Keys;

    /// <summary>The failure with this code; a code of a newer version gets a plain sentence rather than an exception.</summary>
    public static JobFailure FromCode(string code) => ByCode.TryGetValue(code, out var known)
        ? known
        : new JobFailure { Code = code, Message = "The job failed.", Retryable = true };
}
