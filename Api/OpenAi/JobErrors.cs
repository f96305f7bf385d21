using CloudIa.Api.Jobs;
using CloudIa.Contracts;
using CloudIa.Contracts.Client;

namespace CloudIa.Api.OpenAi;

/// <summary>What becomes of a job, where it is not an answer, as OpenAI's error object.</summary>
internal static class JobErrors
{
    /// <param name="end">The attempt's last event; null: the answer is no longer in the history.</param>
    public static OpenAiError Of(Guid jobId, ClientEvent? end) => end switch
    {
        JobError error => new()
        {
            Status = StatusOf(error.Details),
            Code = error.Details,
            Message = $"{error.Message} ({Where(jobId)})",
            Retryable = error.Retryable,
        },
        JobCancelled => new()
        {
            Status = StatusCodes.Status409Conflict,
            Code = JobFailures.Cancelled.Code,
            Message = $"{JobFailures.Cancelled.Message} ({Where(jobId)})",
            Retryable = false,
        },
        _ => new()
        {
            Status = StatusCodes.Status404NotFound,
            Code = "answer_not_found",
            Message = $"The answer is not in the history any more. ({Where(jobId)})",
            Retryable = false,
        },
    };

    /// <summary>What was said cannot be taken back in OpenAI's protocol, and two answers are never spliced.</summary>
    public static OpenAiError Interrupted(Guid jobId) => new()
    {
        Status = StatusCodes.Status502BadGateway,
        Code = "stream_interrupted",
        Message = $"The model broke off and begins its answer anew: what was streamed is void. The job goes on. {Fetch(jobId)}",
    };

    public static OpenAiError Stopping(Guid jobId) =>
        OpenAiError.OfStatus(StatusCodes.Status503ServiceUnavailable, $"This server is restarting. The job goes on. {Fetch(jobId)}");

    public static OpenAiError CannotFollow(Guid jobId) =>
        OpenAiError.OfStatus(StatusCodes.Status503ServiceUnavailable, $"The answer cannot be followed just now. The job goes on. {Fetch(jobId)}");

    private static int StatusOf(string code) =>
        code == JobFailures.ModelRefused.Code ? StatusCodes.Status502BadGateway
        : code == JobFailures.AnswerNotMade.Code ? StatusCodes.Status500InternalServerError
        : StatusCodes.Status503ServiceUnavailable;

    private static string Where(Guid jobId) => $"GET {JobLinks.Job(jobId)} has the details.";

    private static string Fetch(Guid jobId) => $"GET {JobLinks.Job(jobId)} with 'Prefer: wait=50' has the answer; so has this request with the same Idempotency-Key.";
}
