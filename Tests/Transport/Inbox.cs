using System.Collections.Concurrent;
using Xunit;

namespace CloudIa.Tests.Transport;

/// <summary>Collects what arrives, and lets a test wait for it.</summary>
internal sealed class Inbox<T>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<T> _items = new();
    private readonly SemaphoreSlim _arrived = new(0);

    public IReadOnlyCollection<T> Items => _items;

    public void Add(T item)
    {
        _items.Enqueue(item);
        _arrived.Release();
    }

    /// <summary>Waits until there have been so many.</summary>
    public async Task<T[]> Reaches(int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (_items.Count < count)
        {
            try
            {
                await _arrived.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{_items.Count} of {count} came within {Patience}.");
            }
        }

        return [.. _items];
    }

    public async Task<T> Next(int count = 1) => (await Reaches(count))[count - 1];
}
