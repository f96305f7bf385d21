using System.Collections.Concurrent;
using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Receiving;

/// <summary>
/// Deletes messages that are done. Nobody waits for one delete, and a stop waits for all of them: what was worked on
/// before it does not come again after it.
/// </summary>
internal sealed class Deleter(QueueHandle queue, TimeProvider time)
{
    // A delete that got lost makes a message come twice, so it is worth some attempts.
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<Task, byte> _running = new();

    /// <returns>Done when the message is deleted, or when that was given up.</returns>
    public Task Delete(string messageId, string receipt)
    {
        var deletion = DeleteAsync(messageId, receipt);
        if (deletion.IsCompleted)
            return deletion;

        _running[deletion] = 0;
        _ = deletion.ContinueWith(x => _running.TryRemove(x, out _), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return deletion;
    }

    /// <summary>Sends what lingers and is done when every delete has got through or been given up.</summary>
    public async Task DrainAsync()
    {
        while (!_running.IsEmpty)
        {
            await queue.Deletes.DrainAsync().ConfigureAwait(false);
            await Task.WhenAny(Task.WhenAll(_running.Keys), Task.Delay(Look, time)).ConfigureAwait(false);
        }
    }

    private async Task DeleteAsync(string messageId, string receipt)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await queue.Deletes.ExecuteAsync(receipt).ConfigureAwait(false);
                return;
            }
            catch (Exception exception)
            {
                if (attempt == Pauses.Length)
                {
                    LogContext.Warning?.Log(exception, "Message {MessageId} of {Queue} is done but could not be deleted, so it comes again",
                        messageId, queue.Name);
                    return;
                }
            }

            await Task.Delay(Pauses[attempt], time).ConfigureAwait(false);
        }
    }
}
