using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.FakeAnthropic;

/// <summary>
/// A server with Anthropic's messages, in their wire format, that answers, and misbehaves, as a test says. Each request takes the next scripted reply;
/// where none is left it gets <see cref="Default"/>.
/// </summary>
public sealed class FakeAnthropicServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<AnthropicReply> _script = new();
    private readonly ConcurrentQueue<AnthropicRequest> _requests = new();
    private readonly CancellationTokenSource _stopping = new();

    private int _disposed;

    private FakeAnthropicServer(WebApplication app) => _app = app;

    /// <summary>Without the version, as Anthropic's client wants it.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    public AnthropicReply Default { get; set; } = new();

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<AnthropicRequest> Requests => [.. _requests];

    public static async Task<FakeAnthropicServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new FakeAnthropicServer(app);
        app.MapPost("/v1/messages", server.AnswerAsync);
        await app.StartAsync();
        server.BaseUrl = new Uri(app.Urls.Single());
        return server;
    }

    /// <summary>Replies for the requests to come, in their order.</summary>
    public void Script(params ReadOnlySpan<AnthropicReply> replies)
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

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = new AnthropicRequest
        {
            Body = body.RootElement.Clone(),
            ApiKey = context.Request.Headers["x-api-key"],
            Version = context.Request.Headers["anthropic-version"],
        };
        _requests.Enqueue(request);
        var reply = _script.TryDequeue(out var scripted) ? scripted : Default;

        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _stopping.Token);
        try
        {
            await AnthropicReplyWriter.WriteAsync(context, request, reply, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            request.Abandon();
        }
    }
}
