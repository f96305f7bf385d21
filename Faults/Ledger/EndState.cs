namespace CloudIa.Faults.Ledger;

/// <summary>How an attempt ended, in the words of the table and of the API.</summary>
internal enum EndState
{
    Completed,
    Failed,
    Cancelled,
    Expired,
}
