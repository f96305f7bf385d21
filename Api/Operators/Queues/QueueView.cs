using System.ComponentModel;

namespace CloudIa.Api.Operators.Queues;

/// <summary>One of the system's queues, as SQS counts: approximately.</summary>
public sealed record QueueView
{
    public required string Name { get; init; }

    [Description("False: nobody has made it yet; then there is nothing in it.")]
    public required bool Exists { get; init; }

    [Description("Waiting to be received.")]
    public required int Depth { get; init; }

    [Description("Received, and not handled yet.")]
    public required int InFlight { get; init; }

    [Description("To be received later: redeliveries.")]
    public required int Delayed { get; init; }

    [Description("How many seconds the oldest waiting message waits, at most; an estimate. 0: none waits; null: nothing is known.")]
    public required double? OldestSecondsAtMost { get; init; }

    [Description("Since when an operator has it paused: nothing new is received. Null: it is not paused.")]
    public required DateTimeOffset? PausedSince { get; init; }

    public required QueueDeadLetters DeadLetters { get; init; }
}

/// <summary>What could not be handled.</summary>
public sealed record QueueDeadLetters
{
    [Description("Collected, and nobody has seen to them.")]
    public required int Open { get; init; }

    [Description("Only the newest 2,000 of all queues were counted.")]
    public required bool IsAtLeast { get; init; }

    [Description("In the queue '_error', and not collected yet.")]
    public required int Error { get; init; }

    [Description("In the queue '_skipped', likewise.")]
    public required int Skipped { get; init; }

    [Description("In the queue '_dead', likewise.")]
    public required int Dead { get; init; }
}
