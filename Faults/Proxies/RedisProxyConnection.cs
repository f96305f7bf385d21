using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using CloudIa.Faults.KillPoints;

namespace CloudIa.Faults.Proxies;

/// <summary>One connection to Redis. Redis answers in order, so that each answer finds its command; what is pushed has none.</summary>
internal sealed class RedisProxyConnection(TcpClient client, FaultPlan plan) : IDisposable
{
    private readonly TcpClient _redis = new() { NoDelay = true };
    private readonly ConcurrentQueue<(Operation Operation, bool Lose)> _pending = new();
    private volatile bool _subscribed;
    private volatile bool _version3;

    /// <summary>Returns when either side has closed.</summary>
    public async Task RunAsync(IPEndPoint redis)
    {
        try
        {
            client.NoDelay = true;
            await _redis.ConnectAsync(redis);
            using var stop = new CancellationTokenSource();
            var requests = RequestsAsync(client.GetStream(), _redis.GetStream(), stop.Token);
            var answers = AnswersAsync(_redis.GetStream(), client.GetStream(), stop.Token);
            await Task.WhenAny(requests, answers);
            await stop.CancelAsync();
            Close();
            await Task.WhenAll(requests, answers);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidDataException)
        {
            // Either side has gone.
        }
        finally
        {
            Close();
        }
    }

    public void Close()
    {
        client.Close();
        _redis.Close();
    }

    public void Dispose() => Close();

    private async Task RequestsAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        await foreach (var frame in new RespFrames(from).ReadAsync(cancellationToken))
        {
            var command = Resp.Command(frame.Span);
            var operation = RedisOperations.Recognise(command);
            if (plan.Delay(operation) is { } delay && delay > TimeSpan.Zero)
                await Task.Delay(delay, TimeProvider.System, cancellationToken);

            if (plan.Trips(operation, Moment.Before))
            {
                await plan.Kill();
                return;
            }

            if (plan.Due(Fault.LoseRequest, operation))
                return;

            if (HasAnswer(operation, command))
                _pending.Enqueue((operation, plan.Due(Fault.LoseResponse, operation)));
            await to.WriteAsync(plan.Change(operation, () => Resp.Words(frame.Span), out var words) ? Resp.Frame(words) : frame, cancellationToken);
        }
    }

    /// <summary>Version 3 pushes what version 2 answers, and version 2 mixes the two once there is a subscription.</summary>
    private bool HasAnswer(Operation operation, List<string> command)
    {
        if (operation.Name == "HELLO" && command is [_, "3", ..])
            _version3 = true;

        if (operation.Name is not ("SUBSCRIBE" or "PSUBSCRIBE" or "UNSUBSCRIBE" or "PUNSUBSCRIBE"))
            return !_subscribed;

        if (!_version3)
            _subscribed = true;
        return false;
    }

    private async Task AnswersAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        await foreach (var frame in new RespFrames(from).ReadAsync(cancellationToken))
        {
            if (frame.Span[0] != '>' && _pending.TryDequeue(out var answered))
            {
                if (plan.Trips(answered.Operation, Moment.After))
                {
                    await plan.Kill();
                    return;
                }

                if (answered.Lose)
                    return;
            }

            await to.WriteAsync(frame, cancellationToken);
        }
    }
}
