using System.ComponentModel;
using CloudIa.Store;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>A message that could not be handled.</summary>
public sealed record DeadLetterView
{
    private const int LongestName = 64;

    [Description("Opaque, and the same for as long as it is there.")]
    public required string Id { get; init; }

    [Description("The queue that it was for, such as 'invoke-llm'.")]
    public required string Queue { get; init; }

    [Description("'error': a handler gave up; 'skipped': nobody handles this type, or it could not be read; 'dead': it was received too often without an end.")]
    public required string Kind { get; init; }

    [Description("'open', 'discarded' or 'retried'. One that fails again is open again.")]
    public required string State { get; init; }

    [Description("When it was collected.")]
    public required DateTimeOffset At { get; init; }

    [Description("When its state was changed; null: never.")]
    public required DateTimeOffset? ChangedAt { get; init; }

    [Description("Null where it does not say.")]
    public required Guid? JobId { get; init; }

    public required int? Attempt { get; init; }

    [Description("The contract, such as 'InvokeLlm'; null where it does not say one.")]
    public required string? MessageType { get; init; }

    [Description("The exception's type; null: nothing was thrown, or it is not known.")]
    public required string? Exception { get; init; }

    [Description("The topmost frame of our own, or the consumer; null as above.")]
    public required string? Place { get; init; }

    internal static DeadLetterView From(FailureRecord failure) => new()
    {
        Id = failure.Id,
        Queue = failure.Queue,
        Kind = failure.Kind,
        State = StateOf(failure),
        At = failure.At,
        ChangedAt = failure.ChangedAt,
        JobId = failure.JobId,
        Attempt = failure.Attempt,
        MessageType = IsContract(failure.MessageType) ? failure.MessageType : null,
        Exception = failure.ExceptionType,
        Place = failure.Place,
    };

    // It was read out of a body, which may be anything.
    private static bool IsContract(string? name) => name is { Length: <= LongestName } && name.All(char.IsAsciiLetterOrDigit);

    internal static string StateOf(FailureRecord failure) => failure.State.ToString().ToLowerInvariant();
}
