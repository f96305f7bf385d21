using CloudIa.Store;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>OpenAI's <c>response</c> and what it consists of.</summary>
internal static class ResponseJson
{
    public static object Response(StoredResponse response, ResponseState state)
    {
        var (job, conversation) = (response.Job, response.Conversation);
        return new
        {
            id = response.Id,
            @object = "response",
            created_at = job.AcceptedAt.ToUnixTimeSeconds(),
            status = state.Status,
            background = response.Given.Background,
            error = state.Error is (var code, var message) ? new { code, message } : null,
            incomplete_details = state.IncompleteReason is { } reason ? new { reason } : null,
            instructions = response.Instructions,
            max_output_tokens = conversation.MaxTokens,
            metadata = response.Given.Metadata ?? new Dictionary<string, string>(),
            model = state.Model ?? job.Model,
            output = state.Text is { } text ? new[] { Message(response, text, state.Status == ResponseState.Completed ? ResponseState.Completed : ResponseState.Incomplete) } : [],
            parallel_tool_calls = true,
            previous_response_id = response.Given.PreviousJobId is { } previous ? ResponseId.Of(previous) : null,
            store = true,
            temperature = conversation.Temperature,
            text = new { format = new { type = "text" } },
            tool_choice = "auto",
            tools = Array.Empty<object>(),
            top_p = conversation.TopP,
            truncation = "disabled",
            usage = Usage(state),
        };
    }

    public static object Message(StoredResponse response, string? text, string status) => new
    {
        id = response.MessageId,
        type = "message",
        status,
        role = "assistant",
        content = text is null ? [] : new[] { Part(text) },
    };

    public static object Part(string text) => new { type = "output_text", text, annotations = Array.Empty<object>(), logprobs = Array.Empty<object>() };

    public static object InputItem(string id, GivenMessage message) => new
    {
        id,
        type = "message",
        status = ResponseState.Completed,
        role = message.Role,
        content = new[] { message.Role == "assistant" ? Part(message.Content!) : new { type = "input_text", text = message.Content } },
    };

    private static object? Usage(ResponseState state) => state.Usage is { } usage
        ? new
        {
            input_tokens = usage.InputTokens,
            input_tokens_details = new { cached_tokens = 0 },
            output_tokens = usage.OutputTokens,
            output_tokens_details = new { reasoning_tokens = 0 },
            total_tokens = usage.InputTokens + usage.OutputTokens,
        }
        : null;
}
