using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CloudIa.Local.Hosting;

/// <summary>Waits until what <c>/health/ready</c> asks is all well: the table, Redis, and the bus with its queues and topics.</summary>
internal static partial class Readiness
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(5);

    public static async Task WaitAsync(IServiceProvider services, ILogger logger, CancellationToken ct)
    {
        var health = services.GetRequiredService<HealthCheckService>();
        var time = services.GetRequiredService<TimeProvider>();
        var lastSaid = time.GetTimestamp();
        while (true)
        {
            var report = await health.CheckHealthAsync(check => check.Tags.Contains("ready"), ct);
            if (report.Status == HealthStatus.Healthy)
            {
                return;
            }

            if (time.GetElapsedTime(lastSaid) >= Reminder)
            {
                lastSaid = time.GetTimestamp();
                Log.Waiting(logger, string.Join("; ", report.Entries.Where(x => x.Value.Status != HealthStatus.Healthy).Select(x => $"{x.Key}: {x.Value.Description}")));
            }

            await Task.Delay(Poll, time, ct);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Not ready yet: {What}")]
        public static partial void Waiting(ILogger logger, string what);
    }
}
