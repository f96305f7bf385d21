namespace CloudIa.Tests.FakeAnthropic;

/// <summary>What the fake server answers one request with. The default is an answer that is whole and correct.</summary>
public sealed record AnthropicReply
{
    public string Text { get; init; } = "Rayleigh scattering.";

    /// <summary>Null: as the request named it.</summary>
    public string? Model { get; init; }

    /// <summary>UTF-16 units in one delta.</summary>
    public int ChunkSize { get; init; } = 5;

    public TimeSpan ChunkDelay { get; init; }

    /// <summary>The stop reason; null: the stream ends without <c>message_delta</c> and <c>message_stop</c>.</summary>
    public string? StopReason { get; init; } = "end_turn";

    /// <summary>Not 200: answered with an error object instead.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The header of that name, with an error.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The error object's type, with a status or in the stream.</summary>
    public string ErrorType { get; init; } = "api_error";

    public string ErrorMessage { get; init; } = "scripted";

    /// <summary>The connection is reset after so many deltas.</summary>
    public int? CutAfter { get; init; }

    /// <summary>What the cut waits for: a reset can overtake what was sent before it and not read yet.</summary>
    public Task CutWhen { get; init; } = Task.CompletedTask;

    /// <summary>Nothing but pings comes after so many deltas, and the connection stays.</summary>
    public int? StallAfter { get; init; }

    /// <summary>An <c>error</c> event comes instead of the delta after so many.</summary>
    public int? ErrorAfter { get; init; }

    /// <summary>A delta after so many is no JSON.</summary>
    public int? GarbageAfter { get; init; }
}
