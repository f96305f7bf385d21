namespace CloudIa.Faults.Ledger;

/// <summary>One promise, held against the evidence.</summary>
internal interface ICheck
{
    IEnumerable<Finding> Find(Evidence evidence);
}
