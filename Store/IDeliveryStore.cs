namespace CloudIa.Store;

/// <summary>What became of telling webhooks: a row for each webhook and attempt, beside the job's row.</summary>
public interface IDeliveryStore
{
    /// <summary>Writes a delivery that is about to begin, unless there is one already.</summary>
    Task AddAsync(WebhookDelivery delivery, CancellationToken cancellationToken);

    Task<WebhookDelivery?> GetAsync(Guid jobId, Guid webhookId, int attempt, CancellationToken cancellationToken);

    /// <summary>Puts a delivery in the place of what was read.</summary>
    /// <param name="before">Null: there was none.</param>
    /// <returns>False: it was changed meanwhile, perhaps by an earlier try of this call whose answer was lost; nothing was written.</returns>
    Task<bool> TryReplaceAsync(WebhookDelivery? before, WebhookDelivery after, CancellationToken cancellationToken);

    /// <summary>A job and its deliveries, by one request, strongly consistent.</summary>
    /// <returns>Null where the job is not there.</returns>
    Task<JobDeliveries?> ReadJobAsync(Guid jobId, CancellationToken cancellationToken);
}

/// <summary>A job, and what its webhooks were told.</summary>
public sealed record JobDeliveries(JobRecord Job, IReadOnlyList<WebhookDelivery> Webhooks);
