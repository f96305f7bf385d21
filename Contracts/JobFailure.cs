namespace CloudIa.Contracts;

/// <summary>Why a job failed, in words that may be shown to its user: never content, never an exception's text.</summary>
public sealed record JobFailure
{
    /// <summary>One of <see cref="JobFailures"/>, stable for programs.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence for a person.</summary>
    public required string Message { get; init; }

    /// <summary>Whether trying the same message again can help.</summary>
    public required bool Retryable { get; init; }
}
