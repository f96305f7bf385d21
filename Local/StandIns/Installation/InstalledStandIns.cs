namespace CloudIa.Local.StandIns;

/// <summary>The programs of an installation. <see cref="StandInsInstaller"/> makes one.</summary>
public sealed record InstalledStandIns
{
    public required string Folder { get; init; }

    /// <summary>A Node.js of at least <see cref="NodeRuntime.NeededByFauxqs"/>.</summary>
    public required string Node { get; init; }

    /// <summary>The script that <see cref="Node"/> runs for SQS and SNS.</summary>
    public required string FauxqsLauncher { get; init; }

    /// <summary>DynamoDB's stand-in, or null on a system for which there is no package.</summary>
    public required string? Dynoxide { get; init; }
}
