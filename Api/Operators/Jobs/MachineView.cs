using System.ComponentModel;
using CloudIa.Sagas.ChatJob;

namespace CloudIa.Api.Operators.Jobs;

/// <summary>The state machine of jobs.</summary>
public sealed record MachineView
{
    [Description("'Initial' is where no saga is yet.")]
    public required IReadOnlyList<string> States { get; init; }

    public required IReadOnlyList<ChatJobTransition> Transitions { get; init; }

    [Description("For Mermaid: stateDiagram-v2.")]
    public required string Mermaid { get; init; }

    [Description("For Graphviz: dot.")]
    public required string Graphviz { get; init; }

    internal static MachineView From(ChatJobDiagram diagram, string? current) => new()
    {
        States = diagram.States,
        Transitions = diagram.Transitions,
        Mermaid = diagram.ToMermaid(current),
        Graphviz = diagram.ToGraphviz(current),
    };
}
