using System.ComponentModel;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>Open dead letters by what was thrown and where.</summary>
public sealed record DeadLetterGroupsView
{
    [Description("The largest first.")]
    public required IReadOnlyList<DeadLetterGroupView> Items { get; init; }

    [Description("How many dead letters were looked at: the newest 2,000 at most.")]
    public required int Counted { get; init; }

    [Description("There are more than were looked at.")]
    public required bool IsPartial { get; init; }
}

/// <summary>Dead letters with the same cause.</summary>
public sealed record DeadLetterGroupView
{
    public required string Queue { get; init; }

    [Description("Null: nothing was thrown, or it is not known.")]
    public required string? Exception { get; init; }

    [Description("Null as above.")]
    public required string? Place { get; init; }

    public required int Count { get; init; }

    public required DateTimeOffset FirstAt { get; init; }

    public required DateTimeOffset LastAt { get; init; }

    [Description("The newest one's id.")]
    public required string ExampleId { get; init; }
}
