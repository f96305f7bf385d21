using System.Collections.Concurrent;
using System.Globalization;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Batching;
using CloudIa.Transport.Connection;
using MassTransit;
using MassTransit.Transports;

namespace CloudIa.Transport.Receiving;

/// <summary>Takes messages from a queue to the endpoint's pipe, until it is stopped or the queue cannot be reached.</summary>
internal sealed class MessageReceiver : ConsumerAgent<string>, IDisposable
{
    private readonly SqsClientContext _client;
    private readonly SqsReceiveEndpointContext _endpoint;
    private readonly ReceiveSettings _settings;
    private readonly QueueHandle _queue;
    private readonly TimeProvider _time;
    private readonly VisibilityKeeper _keeper;
    private readonly AdaptiveBatcher<(string Receipt, int Seconds)> _visibility;
    private readonly PollerPool _pollers;
    private readonly Deleter _deleter;
    private readonly FairGate _concurrency;
    private readonly GroupSequence? _sequence;
    private readonly ConcurrentDictionary<string, HeldMessage> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _handlers = new();

    public MessageReceiver(SqsClientContext client, DeployedQueue deployed, SqsReceiveEndpointContext endpoint, ReceiveSettings settings)
        : base(endpoint, StringComparer.Ordinal)
    {
        (_client, _endpoint, _settings, _queue) = (client, endpoint, settings, deployed.Queue);
        _time = client.Connection.Time;
        var sqs = client.Connection.Sqs;
        _keeper = new VisibilityKeeper(deployed.VisibilityTimeout, settings.RenewalStep ?? deployed.VisibilityTimeout,
            settings.MaxVisibilityTimeout, x => VisibilityCalls.ChangeAsync(sqs, _queue.Url, x), _time);
        _visibility = new AdaptiveBatcher<(string Receipt, int Seconds)>(BatchRules.Deletes, _ => 0, ReleaseAsync, _time);
        _concurrency = new FairGate(settings.ConcurrentMessageLimit);
        _sequence = settings.IsFifo && settings.KeepOrder ? new GroupSequence(settings.ConcurrentDeliveryLimit) : null;
        _deleter = new Deleter(_queue, _time);
        var poll = new QueuePoll(client.Connection, _queue, settings.WaitTimeSeconds, endpoint.InFlightCapAsync, Stopping);
        _pollers = new PollerPool(settings.PrefetchCount, poll.ReceiveAsync, Accept, _time, Stopping, settings.BeforePoll);
        TrySetConsumeTask(Task.Run(RunAsync));
    }

    /// <summary>Why polling ended though nobody stopped it.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Done by the receiver itself when its last message has gone.</summary>
    public void Dispose() => _keeper.Dispose();

    private async Task RunAsync()
    {
        SetReady();
        try
        {
            await _pollers.RunAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Failure = exception;
        }

        await Task.WhenAll(_handlers.Keys).ConfigureAwait(false);
        await _visibility.DrainAsync().ConfigureAwait(false);
        await _deleter.DrainAsync().ConfigureAwait(false);
        Dispose();
    }

    private void Accept(Message message)
    {
        var received = _time.GetTimestamp();
        if (_held.TryGetValue(message.MessageId, out var running) && !running.GivenBack)
        {
            // It came again while it is here (its lock ran out unseen): the work goes on under the new receipt, or the new
            // receipt is deleted in place of the old one, or it comes once more when the work that lost it has ended.
            LogContext.Debug?.Log("Message {MessageId} of {Queue} came again while it is worked on", message.MessageId, _queue.Name);
            if (!running.TryAdopt(message.ReceiptHandle, received, _keeper.Track) && running.Completed)
                _ = _deleter.Delete(message.MessageId, message.ReceiptHandle);
            _pollers.Finished();
            return;
        }

        var held = new HeldMessage(message, received);
        _held[message.MessageId] = held;
        _keeper.Track(held);
        // Joined here, not on the pool: one receive can bring several messages of a group, and their order is that of the answer.
        var turn = message.Attributes?.GetValueOrDefault(MessageSystemAttributeName.MessageGroupId) is { } group
            ? _sequence?.Join(group)
            : null;
        var handler = Task.Run(() => turn is null ? HandleAsync(held, null) : HandleInTurnAsync(held, turn));
        _handlers[handler] = 0;
        _ = handler.ContinueWith(x => _handlers.TryRemove(x, out _), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task HandleInTurnAsync(HeldMessage held, GroupSequence.Turn turn)
    {
        using (turn)
        {
            await turn.Begun.ConfigureAwait(false);
            await HandleAsync(held, turn).ConfigureAwait(false);
            if (held.ComesAgain)
                turn.Break();
        }
    }

    private async Task HandleAsync(HeldMessage held, GroupSequence.Turn? turn)
    {
        var working = false;
        var group = MessageGroup.Of(held.Message);
        try
        {
            await _concurrency.EnterAsync(group, Stopping).ConfigureAwait(false);
            working = true;
            if (IsStopping || turn is { IsBroken: true })
                await GiveBackAsync(held).ConfigureAwait(false);
            else if (!held.Lost)
                await DispatchAsync(held).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!working)
        {
            await GiveBackAsync(held).ConfigureAwait(false);
        }
        finally
        {
            _keeper.Release(held);
            // Known until it is deleted: whatever brings it again before that is deleted, too.
            _ = held.Deletion.ContinueWith(_ => _held.TryRemove(new KeyValuePair<string, HeldMessage>(held.Message.MessageId, held)),
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            if (working)
                _concurrency.Leave(group);
            _pollers.Finished();
        }
    }

    private async Task DispatchAsync(HeldMessage held)
    {
        var receives = held.Message.Attributes?.GetValueOrDefault(MessageSystemAttributeName.ApproximateReceiveCount);
        var redelivered = int.TryParse(receives, CultureInfo.InvariantCulture, out var count) && count > 1;
        using var context = new SqsReceiveContext(held.Message, redelivered, _endpoint, _settings, _client);
        held.WhenLost(context.Cancel);
        try
        {
            var receiveLock = new SqsReceiveLock(held, _queue, _keeper, _deleter, _visibility, _settings, _endpoint.InputAddress);
            await Dispatch(held.Message.MessageId, context, receiveLock).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            context.LogTransportFaulted(exception);
        }
        finally
        {
            held.WhenLost(static () => { });
        }
    }

    // Received but not begun when the endpoint stops: somebody else can have it at once.
    private async Task GiveBackAsync(HeldMessage held)
    {
        held.GiveBack();
        _keeper.Release(held);
        try
        {
            await _visibility.ExecuteAsync((held.Receipt, 0)).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogContext.Warning?.Log(exception, "Message {MessageId} of {Queue} comes back when its lock ends", held.Message.MessageId,
                _queue.Name);
        }
    }

    private async Task<IReadOnlyList<Exception?>> ReleaseAsync(IReadOnlyList<(string Receipt, int Seconds)> changes)
    {
        var outcomes = await VisibilityCalls.ChangeAsync(_client.Connection.Sqs, _queue.Url, changes).ConfigureAwait(false);
        // A lost lock is what giving back wants: the message is visible.
        return [.. outcomes.Select(x => x == Renewal.Failed
            ? new AmazonSqsTransportException($"ChangeMessageVisibilityBatch on {_queue.Name} failed for a message.")
            : null)];
    }
}
