using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Messaging.Pauses;

/// <summary>
/// Holds up the polls of this process's paused queues. What is paused is looked for every two seconds; where Redis does not answer, what was known last holds.
/// </summary>
internal sealed partial class QueueGates(IQueuePauses pauses, TimeProvider time, ILogger<QueueGates> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource> _closed = new(StringComparer.Ordinal);

    /// <summary>Done as soon as the queue is not paused.</summary>
    public Task WaitAsync(string queue, CancellationToken cancellationToken)
    {
        lock (_gate)
            return _closed.TryGetValue(queue, out var closed) ? closed.Task.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    internal void Apply(IReadOnlyCollection<string> paused)
    {
        lock (_gate)
        {
            foreach (var queue in paused.Where(x => !_closed.ContainsKey(x)))
            {
                _closed[queue] = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Log.Paused(logger, queue);
            }

            foreach (var (queue, closed) in _closed.Where(x => !paused.Contains(x.Key)).ToList())
            {
                _closed.Remove(queue);
                closed.TrySetResult();
                Log.Resumed(logger, queue);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host goes down.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            Apply([.. (await pauses.ListAsync(cancellationToken)).Keys]);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            Log.NotKnown(logger, exception.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Warning, "Queue {Queue} is paused by an operator: nothing is received from it until it is resumed.")]
        public static partial void Paused(ILogger logger, string queue);

        [LoggerMessage(1302, LogLevel.Information, "Queue {Queue} is resumed.")]
        public static partial void Resumed(ILogger logger, string queue);

        [LoggerMessage(1303, LogLevel.Debug, "Which queues are paused could not be read ({Failure}): what was known last holds.")]
        public static partial void NotKnown(ILogger logger, string failure);
    }
}
