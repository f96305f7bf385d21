using System.Collections.Concurrent;
using System.Text.Json;
using CloudIa.EventLog;
using CloudIa.Notifier.ApiGateway.Leases;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>How the nodes speak with each other. What is said to one that died is lost: an answer that does not come says so.</summary>
internal sealed partial class NodeChannel(IConnectionMultiplexer redis, IOptions<EventLogOptions> log, TimeProvider time, ILogger<NodeChannel> logger)
{
    // Redis and the other node answer in milliseconds; API Gateway waits for 29 s.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly GatewayKeys _keys = new(log.Value.KeyPrefix);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Delivery>> _asked = new();
    private long _number;

    /// <summary>This process, for as long as it lives.</summary>
    public string Node { get; } = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");

    /// <summary>From then on <paramref name="hear"/> is called for what is said to this node and to all. It must return quickly.</summary>
    public async Task SubscribeAsync(Action<NodeMessage> hear)
    {
        var subscriber = redis.GetSubscriber();
        await subscriber.SubscribeAsync(_keys.Node(Node), (_, value) => Hear(value, hear));
        await subscriber.SubscribeAsync(_keys.Nodes, (_, value) => Hear(value, hear));
    }

    public async Task UnsubscribeAsync()
    {
        await redis.GetSubscriber().UnsubscribeAsync(_keys.Node(Node));
        await redis.GetSubscriber().UnsubscribeAsync(_keys.Nodes);
    }

    /// <summary>Gives a frame to the node that owns its connection.</summary>
    /// <returns>Null: the node did not answer.</returns>
    public async Task<Delivery?> DeliverAsync(string node, string connectionId, byte[] frame, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _number);
        var answered = _asked[number] = new TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await SayAsync(_keys.Node(node), new() { Kind = NodeMessageKind.Frame, From = Node, Number = number, ConnectionId = connectionId, Frame = frame });
            return await answered.Task.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogSilent(node, Patience, connectionId);
            return null;
        }
        finally
        {
            _asked.TryRemove(number, out _);
        }
    }

    public Task AnswerAsync(NodeMessage question, Delivery delivery) =>
        SayAsync(_keys.Node(question.From!), new() { Kind = NodeMessageKind.Answer, Number = question.Number, Delivery = delivery });

    public Task ClosedAsync(string node, string connectionId) =>
        SayAsync(_keys.Node(node), new() { Kind = NodeMessageKind.Closed, From = Node, ConnectionId = connectionId });

    public Task OrphansAsync() => SayAsync(_keys.Nodes, new() { Kind = NodeMessageKind.Orphans, From = Node });

    private async Task SayAsync(RedisChannel channel, NodeMessage message) =>
        await redis.GetSubscriber().PublishAsync(channel, JsonSerializer.SerializeToUtf8Bytes(message, GatewayJson.Default.NodeMessage));

    private void Hear(RedisValue value, Action<NodeMessage> hear)
    {
        NodeMessage? message;
        try
        {
            message = JsonSerializer.Deserialize((byte[])value!, GatewayJson.Default.NodeMessage);
        }
        catch (JsonException)
        {
            // Not with the exception, whose text may hold a part of a client's frame.
            LogUnreadable(value.Length());
            return;
        }

        if (message is { Kind: NodeMessageKind.Answer })
        {
            if (_asked.TryRemove(message.Number, out var asked))
            {
                asked.TrySetResult(message.Delivery);
            }
        }
        else if (message is not null)
        {
            hear(message);
        }
    }

    [LoggerMessage(61, LogLevel.Warning, "Node {Node} did not answer for {Patience}: its connection {ConnectionId} is taken over")]
    private partial void LogSilent(string node, TimeSpan patience, string connectionId);

    [LoggerMessage(62, LogLevel.Error, "A node said something of {Bytes} bytes that cannot be read; was a newer version started beside this one?")]
    private partial void LogUnreadable(long bytes);
}
