namespace CloudIa.Bench.Reporting;

/// <summary>Figures that belong together, as a reader sees them.</summary>
internal interface ITable
{
    string Name { get; }

    string Title { get; }

    /// <summary>In the order of the table's rows.</summary>
    IReadOnlyList<Metric> Metrics { get; }

    /// <summary>True: one table, with a row for each setting. False: a table for each setting.</summary>
    bool IsCurve { get; }
}
