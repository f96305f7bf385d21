namespace CloudIa.Local.StandIns;

/// <summary>A running stand-in for a service that production has elsewhere. Disposing stops it.</summary>
public interface IStandIn : IAsyncDisposable
{
    /// <summary>What it stands in for, as shown to people: <c>SQS/SNS</c>, <c>DynamoDB</c>, <c>Redis (Garnet)</c>.</summary>
    string Name { get; }

    /// <summary>Loopback port.</summary>
    int Port { get; }

    /// <summary>The child process, or null where it runs inside this one.</summary>
    int? ProcessId { get; }

    /// <summary>
    /// Completes when it ended without being asked to, with a sentence about how (exit code and last output). Never
    /// completes for one that was disposed, or that runs inside this process.
    /// </summary>
    Task<string> Died { get; }
}
