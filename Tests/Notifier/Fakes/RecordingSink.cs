using System.Threading.Channels;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.Listening;

namespace CloudIa.Tests.Notifier.Fakes;

/// <summary>A wire that keeps what it was given, and can be blocked as by a reader that reads nothing.</summary>
internal sealed class RecordingSink : IListenerSink
{
    private readonly Channel<ClientEvent> _sent = Channel.CreateUnbounded<ClientEvent>();
    private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _block;

    /// <summary>Completes when an event is stuck.</summary>
    public Task Stuck => _blocked.Task;

    public void Block() => _block = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unblock() => _block!.SetResult();

    public async Task SendAsync(ClientEvent value)
    {
        if (_block is { } block)
        {
            _blocked.TrySetResult();
            await block.Task;
        }

        _sent.Writer.TryWrite(value);
    }

    /// <summary>The events up to the first for which <paramref name="isLast"/> holds.</summary>
    public async Task<IReadOnlyList<ClientEvent>> ReadUntilAsync(Func<ClientEvent, bool> isLast, CancellationToken cancellationToken)
    {
        var events = new List<ClientEvent>();
        do
        {
            events.Add(await _sent.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancellationToken));
        }
        while (!isLast(events[^1]));
        return events;
    }
}
