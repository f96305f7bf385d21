using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.FakeOpenAi;

/// <summary>
/// A server with OpenAI's interface that answers, and misbehaves, as a test says. Each request takes the next scripted reply;
/// where none is left it gets <see cref="Default"/>.
/// </summary>
public sealed class FakeOpenAiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<FakeReply> _script = new();
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly CancellationTokenSource _stopping = new();

    private int _disposed;

    private FakeOpenAiServer(WebApplication app) => _app = app;

    /// <summary>With the version, as an OpenAI client wants it: <c>http://127.0.0.1:port/v1</c>.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    public FakeReply Default { get; set; } = new();

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<FakeRequest> Requests => [.. _requests];

    public static async Task<FakeOpenAiServer> StartAsync(string url = "http://127.0.0.1:0")
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        var app = builder.Build();
        var server = new FakeOpenAiServer(app);
        app.MapPost("/v1/chat/completions", server.CompleteAsync);
        app.MapGet("/v1/models", () => Results.Json(new
        {
            @object = "list",
            data = new[] { new { id = "fake-model", @object = "model", created = 0, owned_by = "tests" } },
        }));
        await app.StartAsync();
        server.BaseUrl = new Uri(new Uri(app.Urls.Single()), "v1");
        return server;
    }

    /// <summary>Replies for the requests to come, in their order.</summary>
    public void Script(params ReadOnlySpan<FakeReply> replies)
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

        await _stopping.CancelAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task CompleteAsync(HttpContext context)
    {
        var request = await FakeRequestReader.ReadAsync(context);
        _requests.Enqueue(request);
        var reply = _script.TryDequeue(out var scripted) ? scripted : Default;

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await FakeReplyWriter.WriteAsync(context, request, reply, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            request.Abandon();
        }
    }
}
