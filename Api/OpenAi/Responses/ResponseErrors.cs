namespace CloudIa.Api.OpenAi.Responses;

/// <summary>What OpenAI's clients hear of a response where it is not the response.</summary>
internal static class ResponseErrors
{
    public static OpenAiError NotFound(string id) => new()
    {
        Status = StatusCodes.Status404NotFound,
        Param = "response_id",
        Code = "response_not_found",
        Message = $"You have no response with the id '{FieldValue.Printable(id)}'.",
    };

    public static OpenAiError PreviousNotFound(string id) => new()
    {
        Status = StatusCodes.Status404NotFound,
        Param = "previous_response_id",
        Code = "previous_response_not_found",
        Message = $"You have no response with the id '{FieldValue.Printable(id)}' to go on from.",
    };

    public static OpenAiError PreviousNotCompleted(string id, string status) => OpenAiError.Invalid("previous_response_id", "previous_response_not_completed",
        $"Response {id} is {status}: there is no whole answer to go on from.");

    public static OpenAiError AnswerNotFound(StoredResponse response) => JobErrors.Of(response.Job.JobId, end: null);

    public static OpenAiError CannotBeDeleted() => new()
    {
        Status = StatusCodes.Status405MethodNotAllowed,
        Code = "method_not_allowed",
        Message = "A response cannot be deleted here: it is part of a chat's history.",
        Retryable = false,
    };

    /// <summary>What was said cannot be taken back in OpenAI's protocol, and two answers are never spliced.</summary>
    public static OpenAiError Interrupted(StoredResponse response, long number) => new()
    {
        Status = StatusCodes.Status502BadGateway,
        Code = "stream_interrupted",
        Message = "The model broke off and begins its answer anew: what was streamed is void. The response goes on. " +
            $"{Fetch(response)} has the new answer; with ?stream=true&starting_after={number} it is streamed.",
    };

    public static OpenAiError Stopping(StoredResponse response) =>
        OpenAiError.OfStatus(StatusCodes.Status503ServiceUnavailable, $"This server is restarting. The response goes on. {Fetch(response)} has it.");

    public static OpenAiError CannotFollow(StoredResponse response) =>
        OpenAiError.OfStatus(StatusCodes.Status503ServiceUnavailable, $"The response cannot be followed just now. It goes on. {Fetch(response)} has it.");

    private static string Fetch(StoredResponse response) => $"GET /v1/responses/{response.Id}";
}
