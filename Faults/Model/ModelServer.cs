using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CloudIa.Faults.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudIa.Faults.Model;

/// <summary>As much of an OpenAI-compatible server as the services use. It answers each call with a text of its own: see <see cref="AnswerText"/>.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    public const string ModelName = "fault-model";
    private static readonly TimeSpan Word = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan SlowWord = TimeSpan.FromMilliseconds(250);
    private readonly WebApplication _app;
    private readonly Dice _dice;
    private readonly ConcurrentDictionary<string, int> _begun = new();
    private volatile ModelFaults _faults = ModelFaults.None;

    private ModelServer(WebApplication app, Dice dice)
    {
        (_app, _dice) = (app, dice);
        _app.MapPost("/{caller}/v1/chat/completions", AnswerAsync);
    }

    public ModelCalls Calls { get; } = new();

    public ModelFaults Faults
    {
        get => _faults;
        set => _faults = value;
    }

    /// <summary>The address that one service calls it at.</summary>
    public Uri BaseUrlOf(string caller) => new($"{_app.Urls.Single()}/{caller}/v1");

    /// <summary>Whether it is answering the service, and has said a word already.</summary>
    public bool IsInMidAnswer(string caller) => _begun.GetValueOrDefault(caller) > 0;

    public static async Task<ModelServer> StartAsync(Dice dice)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = new ModelServer(builder.Build(), dice);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context, string caller)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var messages = request.RootElement.GetProperty("messages").EnumerateArray().Select(Text).ToList();
        var prompt = PromptText.Read(messages[^1]);
        if (messages.Exists(x => Canary.HasForeign(x, prompt.User)))
            Calls.AddForeign(prompt.Token);

        // Counted when asked: that is when it costs.
        var call = Calls.Add(prompt.Token);
        var faults = _faults;
        if (_dice.Hits(faults.TooMany))
        {
            context.Response.Headers.RetryAfter = "1";
            await FailAsync(context, StatusCodes.Status429TooManyRequests);
        }
        else if (_dice.Hits(faults.Error))
        {
            await FailAsync(context, _dice.Hits(0.5) ? StatusCodes.Status500InternalServerError : StatusCodes.Status503ServiceUnavailable);
        }
        else
        {
            await StreamAsync(context, caller, AnswerText.Words(prompt.Token, call), faults);
        }
    }

    private async Task StreamAsync(HttpContext context, string caller, string[] words, ModelFaults faults)
    {
        var hasBegun = false;
        try
        {
            await StreamAsync(context, words, faults, () =>
            {
                if (!hasBegun)
                    _begun.AddOrUpdate(caller, 1, (_, count) => count + 1);
                hasBegun = true;
            });
        }
        finally
        {
            if (hasBegun)
                _begun.AddOrUpdate(caller, 0, (_, count) => count - 1);
        }
    }

    private async Task StreamAsync(HttpContext context, string[] words, ModelFaults faults, Action said)
    {
        var (cut, stall) = (_dice.Hits(faults.Cut) ? _dice.Next(words.Length) : -1, _dice.Hits(faults.Stall) ? _dice.Next(words.Length) : -1);
        var pause = _dice.Hits(faults.Slow) ? SlowWord : Word;
        context.Response.ContentType = "text/event-stream";
        await SendAsync(context, """{"role":"assistant","content":""}""", null);
        for (var word = 0; word < words.Length; word++)
        {
            if (word == cut)
            {
                context.Abort();
                return;
            }

            if (word == stall)
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            await Task.Delay(pause, TimeProvider.System, context.RequestAborted);
            await SendAsync(context, $$"""{"content":{{JsonSerializer.Serialize(words[word])}}}""", null);
            said();
        }

        if (_dice.Hits(faults.NoEnd))
            return;

        await SendAsync(context, "{}", "\"stop\"");
        await WriteAsync(context, "[DONE]");
    }

    private static Task SendAsync(HttpContext context, string delta, string? finish) => WriteAsync(context,
        $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"{{ModelName}}","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish ?? "null"}}}]}""");

    private static async Task WriteAsync(HttpContext context, string data)
    {
        await context.Response.WriteAsync($"data: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static Task FailAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"error":{"message":"scripted","type":"scripted","param":null,"code":"scripted"}}""", context.RequestAborted);
    }

    private static string Text(JsonElement message)
    {
        var content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
    }
}
