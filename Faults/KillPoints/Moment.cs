namespace CloudIa.Faults.KillPoints;

/// <summary>When, relative to an operation.</summary>
internal enum Moment
{
    /// <summary>The upstream has not seen the request.</summary>
    Before,

    /// <summary>The upstream has done it, and the service does not know.</summary>
    After,
}
