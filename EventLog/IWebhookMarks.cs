namespace CloudIa.EventLog;

/// <summary>A word for each user, in Redis, that changes when the user's webhooks do: who keeps them in memory sees by it that they are out of date.</summary>
public interface IWebhookMarks
{
    /// <summary>Null: they were not changed of late.</summary>
    Task<string?> GetAsync(string userId, CancellationToken cancellationToken);

    /// <summary>To be called when a change is stored.</summary>
    Task ChangeAsync(string userId, CancellationToken cancellationToken);
}
