using Amazon.Runtime;
using CloudIa.Api.Operators.DeadLetters;
using CloudIa.Api.Problems;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.ServiceDefaults.Messaging.Pauses;
using CloudIa.Store;
using StackExchange.Redis;
using CollectedQueues = CloudIa.Sagas.DeadLetters.DeadLetterEndpoints;

namespace CloudIa.Api.Operators.Queues;

/// <summary>All queues at once, at most once a second however many ask.</summary>
internal sealed class QueueStates
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(1);
    private readonly QueueCounts _counts;
    private readonly DeadLetterGroups _deadLetters;
    private readonly IConnectionMultiplexer _redis;
    private readonly IQueuePauses _pauses;
    private readonly TimeProvider _time;
    private readonly Cached<IReadOnlyList<QueueView>> _all;

    public QueueStates(QueueCounts counts, DeadLetterGroups deadLetters, IConnectionMultiplexer redis, IQueuePauses pauses, TimeProvider time)
    {
        (_counts, _deadLetters, _redis, _pauses, _time) = (counts, deadLetters, redis, pauses, time);
        _all = new(time, Life, ReadAsync);
    }

    /// <exception cref="DependencyException">SQS does not answer.</exception>
    public async Task<IReadOnlyList<QueueView>> GetAsync(CancellationToken cancellationToken)
    {
        // Not kept for a second: who paused a queue sees it paused.
        var pausing = _pauses.ListAsync(cancellationToken);
        var all = await _all.GetAsync(cancellationToken);
        var paused = await pausing;
        return [.. all.Select(x => x with { PausedSince = paused.TryGetValue(x.Name, out var since) ? since : null })];
    }

    private async Task<IReadOnlyList<QueueView>> ReadAsync()
    {
        var newest = _deadLetters.NewestAsync(CancellationToken.None);
        var notes = QueueNotes.ReadAsync(_redis);
        var queues = CollectedQueues.Queues.Select(async queue => (
            Queue: queue,
            Count: await CountAsync(queue),
            Dead: await Task.WhenAll(FailureKinds.All.Select(kind => CountAsync(CollectedQueues.Name(queue, kind))))));
        var read = await Task.WhenAll(queues);
        var (letters, noted) = (await newest, await notes);
        return [.. read.Select(x => View(x.Queue, x.Count, [.. FailureKinds.All.Zip(x.Dead)], letters, noted))];
    }

    private async Task<QueueCount?> CountAsync(string queue)
    {
        try
        {
            return await _counts.OfAsync(queue);
        }
        catch (Exception exception) when (exception is AmazonServiceException or AmazonClientException or HttpRequestException or OperationCanceledException)
        {
            throw new DependencyException(StatusCodes.Status502BadGateway, "The queues could not be counted: SQS does not answer. Try again.", exception);
        }
    }

    private QueueView View(
        string queue, QueueCount? count, (string Kind, QueueCount? Count)[] dead, Page<FailureRecord> letters, IReadOnlyDictionary<string, DateTimeOffset> notes)
    {
        var now = _time.GetUtcNow();
        if (count is { Sum: 0 })
            QueueNotes.Note(_redis, queue, QueueNotes.Empty, now);

        return new()
        {
            Name = queue,
            Exists = count is not null,
            Depth = count?.Depth ?? 0,
            InFlight = count?.InFlight ?? 0,
            Delayed = count?.Delayed ?? 0,
            OldestSecondsAtMost = count is null or { Depth: 0 } ? 0 : AgeAtMost(queue, notes, now),
            PausedSince = null,
            DeadLetters = new()
            {
                Open = letters.Items.Count(x => x.Queue == queue),
                IsAtLeast = letters.Next is not null,
                Error = Sum(FailureKinds.Error),
                Skipped = Sum(FailureKinds.Skipped),
                Dead = Sum(FailureKinds.Dead),
            },
        };

        int Sum(string kind) => dead.First(x => x.Kind == kind).Count?.Sum ?? 0;
    }

    // What waits came after what was received last, as queues go, and after the queue was seen without any.
    private static double? AgeAtMost(string queue, IReadOnlyDictionary<string, DateTimeOffset> notes, DateTimeOffset now)
    {
        DateTimeOffset? last = null;
        foreach (var what in new[] { QueueNotes.Received, QueueNotes.Empty })
        {
            if (notes.TryGetValue(QueueNotes.NameOf(queue, what), out var at) && (last is null || at > last))
                last = at;
        }

        return last is { } since ? Math.Max(0, Math.Round((now - since).TotalSeconds, 1)) : null;
    }
}
