namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>What goes wrong with one call.</summary>
internal sealed record AwsFault
{
    /// <summary>Nobody listens.</summary>
    public static AwsFault Refused { get; } = new() { BeforeCommit = () => new HttpRequestException(HttpRequestError.ConnectionError, "connection refused") };

    /// <summary>AWS does it, and the answer does not arrive.</summary>
    public static AwsFault LostResponse { get; } = new() { AfterCommit = () => new HttpRequestException(HttpRequestError.ResponseEnded, "connection reset") };

    public static AwsFault Throttled { get; } = new() { BeforeCommit = () => new AwsError("RequestThrottled", "Request is throttled.", status: 403) };

    public static AwsFault Unwell { get; } = new() { BeforeCommit = () => new AwsError("InternalFailure", "Try again.", status: 500) };

    public Func<Exception>? BeforeCommit { get; init; }

    public Func<Exception>? AfterCommit { get; init; }

    /// <summary>By the fake clock.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Runs before the call is carried out; a test's own gate.</summary>
    public Func<Task>? Gate { get; init; }

    /// <summary>Entries of a batch, by index, that fail inside a 200.</summary>
    public Func<int, AwsError?>? Entry { get; init; }

    /// <summary>Entries that are carried out and appear in neither list.</summary>
    public Func<int, bool>? Forgotten { get; init; }
}
