using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.FakeModels;

/// <summary>
/// A server with a model's interface that answers, and misbehaves, as a test says. Each request takes the next scripted reply; where none is left it gets
/// <see cref="Default"/>.
/// </summary>
public abstract class FakeModelServer<TRequest, TReply> : IAsyncDisposable
    where TReply : new()
{
    private readonly ConcurrentQueue<TReply> _script = new();
    private readonly ConcurrentQueue<TRequest> _requests = new();
    private readonly CancellationTokenSource _stopping = new();

    private WebApplication? _app;
    private int _disposed;

    public TReply Default { get; set; } = new();

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<TRequest> Requests => [.. _requests];

    /// <summary>Where it listens, or listened, without a path.</summary>
    protected Uri Address { get; private set; } = null!;

    /// <summary>Replies for the requests to come, in their order.</summary>
    public void Script(params ReadOnlySpan<TReply> replies)
    {
        foreach (var reply in replies)
        {
            _script.Enqueue(reply);
        }
    }

    /// <summary>Closes all connections. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        GC.SuppressFinalize(this);
        await _stopping.CancelAsync();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _stopping.Dispose();
    }

    protected abstract void Map(WebApplication app);

    protected abstract Task<TRequest> ReadAsync(HttpContext context);

    protected abstract Task WriteAsync(HttpContext context, TRequest request, TReply reply, CancellationToken cancellationToken);

    /// <summary>The one who asked, or this server, went before the reply had ended.</summary>
    protected abstract void Abandon(TRequest request);

    protected async Task ListenAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        _app = builder.Build();
        Map(_app);
        await _app.StartAsync();
        Address = new(_app.Urls.Single());
    }

    protected async Task AnswerAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        _requests.Enqueue(request);
        var reply = _script.TryDequeue(out var scripted) ? scripted : Default;

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await WriteAsync(context, request, reply, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            Abandon(request);
        }
    }
}
