namespace CloudIa.Tests.Canaries;

/// <summary>What leaves the processes and is no answer to the user whose it is.</summary>
internal enum OutputKind
{
    Log,
    Metric,
    Activity,
    Message,
    DeadLetter,
    Problem,
    Health,
    Saga,
}

internal sealed record Output(OutputKind Kind, string Text);
