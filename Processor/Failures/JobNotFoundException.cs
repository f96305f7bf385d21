namespace CloudIa.Processor;

/// <summary>A command names a job that has no row.</summary>
/// <remarks>The row is written before the first command is sent and is read strongly consistent, so waiting does not help.</remarks>
public sealed class JobNotFoundException(Guid jobId, string command) : Exception(
    $"{command} names job {jobId}, which has no row. Its acceptance was taken back, or the command is older than the row's time to " +
    "live, or the services use different tables. Discard the dead letter unless Store:TableName differs between them.");
