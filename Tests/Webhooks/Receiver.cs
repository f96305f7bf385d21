using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.Webhooks;

/// <summary>A receiver of webhooks, as somebody else would write it from the specification: it keeps what it was sent, and answers as it was told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script = new();
    private WebApplication _app = null!;

    public Uri Url { get; private set; } = null!;

    public IReadOnlyList<Received> All => [.. _received];

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        receiver._app = builder.Build();
        receiver._app.Run(receiver.HandleAsync);
        await receiver._app.StartAsync();
        receiver.Url = new Uri(new Uri(receiver._app.Urls.Single()), "/hook?key=a-secret-of-the-user");
        return receiver;
    }

    /// <summary>The next answers, one for each; after them it is 200.</summary>
    public void Answer(params int[] statuses) => Answer([.. statuses.Select<int, Func<HttpContext, Task>>(status => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("something that nobody reads");
    })]);

    public void Answer(params Func<HttpContext, Task>[] answers)
    {
        foreach (var answer in answers)
            _script.Enqueue(answer);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _received.Enqueue(new Received(
            context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(x => x.Key.ToLowerInvariant(), x => x.Value.ToString()), body.ToArray()));
        if (_script.TryDequeue(out var answer))
            await answer(context);
    }

    /// <summary>One request.</summary>
    internal sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
    {
        public string Id => Headers["webhook-id"];

        public string Text => Encoding.UTF8.GetString(Body);

        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

        /// <summary>Whether one of its signatures is this secret's.</summary>
        public bool IsSignedWith(string secret)
        {
            var key = Convert.FromBase64String(secret["whsec_".Length..]);
            var signed = Encoding.UTF8.GetBytes($"{Id}.{Headers["webhook-timestamp"]}.").Concat(Body).ToArray();
            var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
            return Headers["webhook-signature"].Split(' ').Contains(expected);
        }

        public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeSeconds(long.Parse(Headers["webhook-timestamp"], CultureInfo.InvariantCulture));
    }
}
