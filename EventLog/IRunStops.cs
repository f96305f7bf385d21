namespace CloudIa.EventLog;

/// <summary>
/// Tells runs at once that they are to stop, wherever they are. Only a hint: a run whose attempt was stopped can write nothing more, and finds
/// that out with its next write or sign of life, whether it was told or not.
/// </summary>
public interface IRunStops
{
    /// <summary>Cancels a token when an attempt is stopped.</summary>
    /// <param name="token">Ends with the caller's, and with the attempt.</param>
    /// <returns>Until it is disposed of.</returns>
    Task<IDisposable> WatchAsync(Guid jobId, int attempt, CancellationTokenSource token, CancellationToken cancellationToken);
}
