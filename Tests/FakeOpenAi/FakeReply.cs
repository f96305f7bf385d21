namespace CloudIa.Tests.FakeOpenAi;

/// <summary>What the fake server answers one request with. The default is an answer that is whole and correct.</summary>
public sealed record FakeReply
{
    public string Text { get; init; } = "Rayleigh scattering.";

    /// <summary>Null: as the request named it.</summary>
    public string? Model { get; init; }

    /// <summary>UTF-16 units in one chunk of the stream. A pair that it splits is written as two JSON escapes, as some servers do.</summary>
    public int ChunkSize { get; init; } = 5;

    /// <summary>Bytes in one write to the socket: small ones tear UTF-8 sequences and SSE lines apart. 0: a whole chunk.</summary>
    public int WriteSize { get; init; }

    /// <summary>What all of a stream waits for.</summary>
    public Task StartWhen { get; init; } = Task.CompletedTask;

    public TimeSpan ChunkDelay { get; init; }

    /// <summary>The finish reason; null: the stream ends without one.</summary>
    public string? FinishReason { get; init; } = "stop";

    /// <summary>Whether <c>data: [DONE]</c> ends the stream.</summary>
    public bool Done { get; init; } = true;

    /// <summary>Prompt and completion tokens, in a chunk of its own where the request asks for it.</summary>
    public (int Input, int Output) Usage { get; init; } = (11, 7);

    /// <summary>Not 200: answered with an error object instead.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The header of that name, with an error.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The error object's code.</summary>
    public string ErrorCode { get; init; } = "scripted";

    /// <summary>The error object's text.</summary>
    public string ErrorMessage { get; init; } = "scripted";

    /// <summary>The connection is reset after so many chunks.</summary>
    public int? CutAfter { get; init; }

    /// <summary>What the cut waits for: a reset can overtake what was sent before it and not read yet.</summary>
    public Task CutWhen { get; init; } = Task.CompletedTask;

    /// <summary>After so many chunks nothing more comes until <see cref="HoldUntil"/>, and then the rest.</summary>
    public int? HoldAfter { get; init; }

    /// <summary>What the hold waits for.</summary>
    public Task HoldUntil { get; init; } = Task.CompletedTask;

    /// <summary>Nothing more comes after so many chunks, and the connection stays.</summary>
    public int? StallAfter { get; init; }

    /// <summary>An error object comes instead of the chunk after so many.</summary>
    public int? ErrorAfter { get; init; }

    /// <summary>A chunk after so many is no JSON.</summary>
    public int? GarbageAfter { get; init; }

    /// <summary>Sent instead of a stream, with status 200.</summary>
    public string? RawBody { get; init; }
}
