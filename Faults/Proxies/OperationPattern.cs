namespace CloudIa.Faults.Proxies;

/// <summary>Which operations are meant; null is any.</summary>
internal sealed record OperationPattern(Upstream Upstream, string? Name = null, string? Target = null)
{
    public bool Matches(Operation operation) =>
        operation.Upstream == Upstream && (Name is null || Name == operation.Name) && (Target is null || Target == operation.Target);

    public override string ToString() => Target is null ? Name ?? $"any of {Upstream}" : $"{Name}({Target})";
}
