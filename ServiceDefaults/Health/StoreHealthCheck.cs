using CloudIa.Store;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CloudIa.ServiceDefaults.Health;

internal sealed class StoreHealthCheck(IStoreTable table) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await table.IsReadyAsync(cancellationToken)
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("The DynamoDB table is not there or not active. Create it, or look at Store:TableName.");
        }
        catch (Exception exception) when (StoreFailures.IsOfStore(exception))
        {
            return HealthCheckResult.Unhealthy("DynamoDB does not answer. Look at Store:ServiceUrl, Store:Region and the credentials.", exception);
        }
    }
}
