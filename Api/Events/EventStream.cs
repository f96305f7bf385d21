using System.Buffers;
using System.Text;
using CloudIa.Contracts.Client;
using CloudIa.Listening;
using Microsoft.AspNetCore.Http.Features;
using StackExchange.Redis;

namespace CloudIa.Api.Events;

/// <summary>
/// Server-sent events (WHATWG HTML, 9.2). They have no <c>event</c> field, so that one handler gets all; and <c>error</c> is a name that EventSource has
/// for something else. The JSON says which event it is, as on every wire.
/// </summary>
/// <param name="read">The frames, whole.</param>
internal sealed partial class EventStream(Guid jobId, Func<CancellationToken, IAsyncEnumerable<byte[]>> read, ListeningOptions options, TimeProvider time,
    ILogger<EventStream> logger, CancellationToken stopping) : IResult
{
    public const string ContentType = "text/event-stream";

    /// <summary>For a client to read the last frame: what cuts a connection can overtake what was sent before.</summary>
    private static readonly TimeSpan BeforeCut = TimeSpan.FromSeconds(1);

    private static readonly byte[] Heartbeat = ":\n\n"u8.ToArray();

    /// <summary>How long a browser waits before it comes back, in ms.</summary>
    private static readonly byte[] Retry = "retry: 1000\n\n"u8.ToArray();

    /// <summary>Sent before all else.</summary>
    public byte[] Beginning { get; init; } = Retry;

    /// <summary>Gives what is sent last where this process goes; null: nothing, the reader comes back by itself.</summary>
    public Func<byte[]>? Farewell { get; init; }

    /// <summary>Gives what is sent last where Redis does not answer; null: the connection is cut.</summary>
    public Func<byte[]>? Apology { get; init; }

    /// <summary>Whether the connection is cut after this frame, because it is an error that not every client looks for; see <see cref="CutAsync"/>.</summary>
    public Func<byte[], bool> CutsAfter { get; init; } = _ => false;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = ContentType;

        // For nginx, which would hold back what is small.
        response.Headers["X-Accel-Buffering"] = "no";
        httpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        try
        {
            await WriteAsync(response, Beginning, ended.Token);
            if (await SendAllAsync(response, ended.Token))
                await CutAsync(httpContext);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The reader has gone; or this process goes, and the reader comes back to another one.
            if (Farewell is { } farewell && !httpContext.RequestAborted.IsCancellationRequested)
                await SayLastAsync(httpContext, farewell());
        }
        catch (TimeoutException) when (!ended.IsCancellationRequested)
        {
            LogSlowReader(jobId, options.SlowReaderTimeout);
            httpContext.Abort();
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException or IOException)
        {
            LogBroken(exception, jobId);
            if (Apology is { } apology && exception is not IOException)
                await SayLastAsync(httpContext, apology());
            else
                httpContext.Abort();
        }
    }

    /// <summary>So that a client which does not know what it read does not take the stream for whole. One that does has gone by itself.</summary>
    private async Task CutAsync(HttpContext httpContext)
    {
        await Task.Delay(BeforeCut, time, httpContext.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        httpContext.Abort();
    }

    private async Task SayLastAsync(HttpContext httpContext, byte[] frame)
    {
        try
        {
            await WriteAsync(httpContext.Response, frame, httpContext.RequestAborted);
            if (CutsAfter(frame))
                await CutAsync(httpContext);
        }
        catch (Exception exception) when (exception is TimeoutException or IOException or OperationCanceledException)
        {
            httpContext.Abort();
        }
    }

    /// <returns>Whether the last frame is one to cut the connection after.</returns>
    private async Task<bool> SendAllAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = read(reading.Token).GetAsyncEnumerator(reading.Token);
        var next = Task.FromResult(false);
        var cut = false;
        try
        {
            while (true)
            {
                next = events.MoveNextAsync().AsTask();
                while (!await IsDoneAsync(next, cancellationToken))
                    await WriteAsync(response, Heartbeat, cancellationToken);
                if (!await next)
                    return cut;

                await WriteAsync(response, events.Current, cancellationToken);
                cut = CutsAfter(events.Current);
            }
        }
        finally
        {
            // What is read from must not be put away while it is read.
            await reading.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await events.DisposeAsync();
        }
    }

    /// <summary>False: there was nothing for the time of a heartbeat.</summary>
    private async Task<bool> IsDoneAsync(Task<bool> next, CancellationToken cancellationToken)
    {
        if (next.IsCompleted)
            return true;

        using var waited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var done = await Task.WhenAny(next, Task.Delay(options.EventStreamHeartbeat, time, waited.Token)) == next;
        await waited.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return done;
    }

    /// <exception cref="TimeoutException">The reader takes nothing.</exception>
    private async Task WriteAsync(HttpResponse response, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await response.BodyWriter.WriteAsync(bytes, cancellationToken).AsTask().WaitAsync(options.SlowReaderTimeout, time, cancellationToken);

    /// <summary>JSON has no line breaks of its own, so that one data line is enough.</summary>
    public static byte[] Format(ClientEvent value)
    {
        var json = ClientEventJson.SerializeToUtf8Bytes(value);
        var bytes = new ArrayBufferWriter<byte>(json.Length + 32);
        if (EventPosition.IdOf(value) is { } id)
        {
            bytes.Write("id: "u8);
            Encoding.ASCII.GetBytes(id, bytes);
            bytes.Write("\n"u8);
        }

        bytes.Write("data: "u8);
        bytes.Write(json);
        bytes.Write("\n\n"u8);
        return bytes.WrittenSpan.ToArray();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A reader of job {JobId}'s event stream took nothing for {Timeout}: dropped. It may come back with the id of its last event.")]
    private partial void LogSlowReader(Guid jobId, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId}'s event stream broke off; its reader may come back with the id of its last event.")]
    private partial void LogBroken(Exception exception, Guid jobId);
}
