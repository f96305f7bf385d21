namespace CloudIa.Contracts;

/// <summary>The attempt's last event is in the job's log and was announced. Published by Notifier.</summary>
public sealed record ClientNotified
{
    public required Guid JobId { get; init; }

    public required int Attempt { get; init; }

    /// <summary>How many connections of the job's session were registered at that moment; 0 where none was named or none is there.</summary>
    public required int SessionConnections { get; init; }

    /// <summary>How many connections the user had, of whatever session. Added with webhooks: events in flight then have none, which is not known.</summary>
    public int? Connections { get; init; }

    public required DateTimeOffset Timestamp { get; init; }
}
