namespace CloudIa.Faults.Ledger;

internal enum FindingKind
{
    /// <summary>Something that was promised is not there.</summary>
    Lost,

    /// <summary>Something is there twice, or in two ways.</summary>
    Doubled,

    /// <summary>A job that does not end.</summary>
    Stuck,

    /// <summary>Somebody got what is another's, or a log did.</summary>
    Leaked,

    /// <summary>Pieces that do not belong together, or not in this order.</summary>
    Spliced,
}
