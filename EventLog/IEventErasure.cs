namespace CloudIa.EventLog;

/// <summary>Erases what Redis keeps of users' words. What else it has of them holds none, and goes by its time to live.</summary>
public interface IEventErasure
{
    /// <summary>The events and the kept answer of a job that has ended.</summary>
    Task EraseJobAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>The last messages that are kept of a chat for its next turn.</summary>
    Task EraseChatAsync(Guid chatId, CancellationToken cancellationToken);
}
