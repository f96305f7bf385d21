using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace CloudIa.Tests.Infrastructure;

/// <summary>Passes TCP connections on, and cuts one after it has passed a given text: a network that breaks at a known place.</summary>
internal sealed class CuttingRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<string> _cutAfter;
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentQueue<string> _answered = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _cuts;

    /// <param name="target">Where it leads.</param>
    /// <param name="cutAfter">Texts of the answer, one for each cut, in their order.</param>
    public CuttingRelay(Uri target, params string[] cutAfter)
    {
        Target = target;
        _cutAfter = new(cutAfter);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>For the next connections.</summary>
    public Uri Target { get; set; }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>All that clients sent.</summary>
    public string Asked => string.Concat(_asked);

    /// <summary>All that clients got.</summary>
    public string Answered => string.Concat(_answered);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        using (client)
        {
            try
            {
                await server.ConnectAsync(Target.Host, Target.Port, cut.Token);
                await Task.WhenAny(AskAsync(client.GetStream(), server.GetStream(), cut.Token), AnswerAsync(server.GetStream(), client.GetStream(), cut.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The client sees a connection that is closed.
            }

            await cut.CancelAsync();
            client.Client.LingerState = new LingerOption(false, 0);
        }
    }

    private async Task AskAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken) =>
        await PassAsync(from, to, text =>
        {
            _asked.Enqueue(text);
            return false;
        }, cancellationToken);

    private async Task AnswerAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        var tail = "";
        await PassAsync(from, to, text =>
        {
            tail += text;
            _answered.Enqueue(text);
            if (!_cutAfter.TryPeek(out var marker) || !tail.Contains(marker, StringComparison.Ordinal))
            {
                return false;
            }

            _cutAfter.TryDequeue(out _);
            Interlocked.Increment(ref _cuts);
            return true;
        }, cancellationToken);
    }

    private static async Task PassAsync(NetworkStream from, NetworkStream to, Func<string, bool> isLast, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                if (isLast(Encoding.Latin1.GetString(buffer, 0, read)))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
