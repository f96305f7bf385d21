using System.Net;
using Amazon.Runtime;
using CloudIa.Contracts.Client;
using CloudIa.Notifier.ApiGateway.Management;
using CloudIa.Notifier.Listening;
using CloudIa.Notifier.WebSockets;

namespace CloudIa.Notifier.ApiGateway;

/// <summary>
/// The frames of one connection, each by a call of <c>@connections</c>. A call that is throttled, fails or is not answered is made again, until its
/// listener gives the reader up; a frame whose answer was lost may so arrive twice.
/// </summary>
internal sealed class ApiGatewaySink(string connectionId, ConnectionsClient client, GatewayRefusals refusals, SentCursors cursors, bool isNew, TimeProvider time)
    : IListenerSink, IDisposable
{
    // A connection opens when $connect is answered, and a call that comes earlier is told that there is none.
    private static readonly TimeSpan OpensWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _abort = new();
    private readonly long _begun = time.GetTimestamp();
    private volatile bool _isOpen = !isNew;
    private volatile bool _tryOnce;

    /// <summary>The send that is under way.</summary>
    public Task Sending { get; private set; } = Task.CompletedTask;

    /// <summary>What ended the connection; null where nothing did, or it was no answer of API Gateway.</summary>
    public ConnectionsException? Failure { get; private set; }

    public bool IsGone => Failure?.StatusCode is HttpStatusCode.Gone or HttpStatusCode.NotFound;

    public Task SendAsync(ClientEvent value) => Sending = SendAllAsync(value);

    public Task SendAsync(StatusFrame frame) => Sending = PostAsync(frame.ToUtf8Bytes());

    /// <summary>What is under way is not tried again: another node is about to.</summary>
    public void TryOnce() => _tryOnce = true;

    /// <summary>Gives up what is under way.</summary>
    public void Abort() => _abort.Cancel();

    public void Dispose() => _abort.Dispose();

    private async Task SendAllAsync(ClientEvent value)
    {
        foreach (var frame in GatewayFrames.Of(value))
        {
            await PostAsync(frame);
        }

        cursors.Sent(value);
    }

    private async Task PostAsync(byte[] frame)
    {
        for (var tries = 0; ; tries++)
        {
            TimeSpan? asked;
            try
            {
                await client.PostAsync(connectionId, frame, _abort.Token);
                _isOpen = true;
                refusals.Taken();
                return;
            }
            catch (ConnectionsException e) when (!MayComeRight(e))
            {
                Failure = e;
                throw;
            }
            catch (ConnectionsException e)
            {
                // One that is not open yet is no trouble.
                if (_isOpen || e.StatusCode != HttpStatusCode.Gone)
                {
                    refusals.Troubled(e);
                }

                asked = e.RetryAfter;
            }
            catch (Exception e) when (e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException
                && !_abort.IsCancellationRequested && !_tryOnce)
            {
                refusals.Troubled(e);
                asked = null;
            }

            if (_tryOnce)
            {
                throw new OperationCanceledException("The connection is handed over.");
            }

            await Task.Delay(asked > TimeSpan.Zero ? asked.Value : Backoff(tries), time, _abort.Token);
        }
    }

    private bool MayComeRight(ConnectionsException e) => e.StatusCode switch
    {
        HttpStatusCode.Gone or HttpStatusCode.NotFound => !_isOpen && time.GetElapsedTime(_begun) < OpensWithin,
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout => true,
        var status => (int)status >= 500,
    };

    private static TimeSpan Backoff(int tries)
    {
        var delay = FirstDelay * Math.Pow(2, Math.Min(tries, 10));
#pragma warning disable CA5394 // Nothing is kept secret by it.
        return (delay < LongestDelay ? delay : LongestDelay) * (0.5 + Random.Shared.NextDouble());
#pragma warning restore CA5394
    }
}
