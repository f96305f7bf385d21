using CloudIa.Contracts;
using CloudIa.Contracts.Client;

namespace CloudIa.Api.OpenAi.Responses;

/// <summary>How far a response is, in OpenAI's words.</summary>
internal sealed record ResponseState
{
    public const string Queued = "queued";
    public const string InProgress = "in_progress";
    public const string Completed = "completed";
    public const string Incomplete = "incomplete";
    public const string Failed = "failed";
    public const string Cancelled = "cancelled";

    public required string Status { get; init; }

    /// <summary>Null: there is no item of output.</summary>
    public string? Text { get; init; }

    /// <summary>The one that answered; null: the one that was asked for.</summary>
    public string? Model { get; init; }

    /// <summary>Null where the provider did not count.</summary>
    public TokenUsage? Usage { get; init; }

    public (string Code, string Message)? Error { get; init; }

    /// <summary><c>max_output_tokens</c> or <c>content_filter</c>.</summary>
    public string? IncompleteReason { get; init; }

    /// <param name="end">The attempt's last event.</param>
    /// <param name="said">What was said until then.</param>
    public static ResponseState Of(ClientEvent end, string said) => end switch
    {
        MessageCompleted { Metadata: var about } answer => Answered(answer.Content, about.Model, about.FinishReason, about is { Estimated: not true, InputTokens: { } input, OutputTokens: { } output }
            ? new TokenUsage { InputTokens = input, OutputTokens = output }
            : null),
        JobError error => FailedWith(error.Details, error.Message),
        _ => CancelledAfter(said.Length == 0 ? null : said),
    };

    public static ResponseState Answered(string text, string? model, string? finishReason, TokenUsage? usage)
    {
        // A provider's own word ends an answer as any other.
        var reason = finishReason switch { "length" => "max_output_tokens", "content_filter" => "content_filter", _ => null };
        return new() { Status = reason is null ? Completed : Incomplete, IncompleteReason = reason, Text = text, Model = model, Usage = usage };
    }

    public static ResponseState FailedWith(string code, string message) => new() { Status = Failed, Error = (code, message) };

    /// <param name="text">Null: nothing was said.</param>
    public static ResponseState CancelledAfter(string? text) => new() { Status = Cancelled, Text = text };
}
