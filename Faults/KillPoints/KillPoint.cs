using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.KillPoints;

/// <summary>A place between two I/O operations of a service.</summary>
/// <param name="Service">The project: <c>Processor</c>.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Moment">On which side of it.</param>
internal sealed record KillPoint(string Service, OperationPattern Operation, Moment Moment)
{
    public override string ToString() => $"{Service}: {Operation} {(Moment == Moment.Before ? "before" : "after")}";
}
