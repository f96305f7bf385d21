namespace CloudIa.Notifier.Notifying;

/// <summary>Hears of the end of an attempt before any listener does. For a wire that has to find jobs which ended while it was not looking.</summary>
internal interface IJobEnds
{
    /// <summary>Completes when it is kept: only then the last event is appended.</summary>
    Task EndsAsync(string userId, Guid jobId, CancellationToken cancellationToken);
}
