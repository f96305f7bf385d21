using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text.Json;

namespace CloudIa.Local.StandIns;

/// <summary>
/// A WebSocket API of Amazon API Gateway, as far as Notifier meets it: clients' sockets, the HTTP integrations of <c>$connect</c>, <c>$default</c> and
/// <c>$disconnect</c> with their mapped headers, and <c>@connections</c> with signatures and limits. Runs in this process.
/// </summary>
/// <remarks>
/// What it does not see: the borders of frames, which .NET joins. A client's message of several frames is so held to a frame's limit. Integrations of one
/// connection are called one after the other; API Gateway promises no order.
/// </remarks>
public sealed partial class ApiGatewayStandIn : IStandIn
{
    /// <summary>A stage, as it stands in the address.</summary>
    public const string Stage = "local";

    private const int FrameBytes = 32 * 1024;
    private const int PayloadBytes = 128 * 1024;
    private const int CallsKept = 10_000;

    private static readonly string[] MappedHeaders = ["Authorization", "Origin", "X-Dev-User"];
    private static readonly string[] MappedParameters = ["sessionId", "devUser", "ticket"];

    private readonly ApiGatewayStandInOptions _options;
    private readonly SignatureCheck _signatures;
    private readonly WebApplication _app;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false }) { Timeout = TimeSpan.FromSeconds(29) };
    private readonly ConcurrentDictionary<string, GatewayClient> _clients = new();
    private readonly ConcurrentQueue<GatewayCall> _calls = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;
    private int _next;

    private ApiGatewayStandIn(ApiGatewayStandInOptions options)
    {
        _options = options;
        _signatures = new SignatureCheck(options.Region, options.AccessKey, options.SecretKey, options.Time);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port ?? 0}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        _app = builder.Build();
        _app.UseWebSockets();
        _app.Map($"/{Stage}/@connections/{{id}}", (HttpContext http, string id) => ManageAsync(http, id));
        _app.Map($"/{Stage}", ConnectAsync);
    }

    public string Name => "API Gateway";

    public int Port { get; private set; }

    public int? ProcessId => null;

    public Task<string> Died { get; } = new TaskCompletionSource<string>().Task;

    /// <summary>For <c>Notifier:ApiGateway:Endpoint</c>.</summary>
    public Uri Endpoint => new($"http://127.0.0.1:{Port}/{Stage}");

    /// <summary>For clients.</summary>
    public Uri Address => new($"ws://127.0.0.1:{Port}/{Stage}");

    /// <summary>The Notifiers behind the integrations, called in turn as a load balancer would.</summary>
    public IReadOnlyList<Uri> Targets { get; set; } = [];

    /// <summary>API Gateway tells of a closed connection as well as it can. With this it does not.</summary>
    public bool LosesDisconnects { get; set; }

    /// <summary>What a call of <c>@connections</c> is answered with instead; null: nothing.</summary>
    public Func<string, GatewayFault?>? Fault { get; set; }

    /// <summary>Calls of <c>@connections</c>, as answered: the last 10,000.</summary>
    public IReadOnlyCollection<GatewayCall> Calls => _calls;

    public IReadOnlyCollection<string> Connections => [.. _clients.Keys];

    /// <summary>The settings that lead a Notifier here.</summary>
    public IReadOnlyDictionary<string, string?> Values => new Dictionary<string, string?>
    {
        ["Notifier:ApiGateway:Endpoint"] = Endpoint.ToString(),
        ["Notifier:ApiGateway:Region"] = _options.Region,
        ["Notifier:ApiGateway:AccessKey"] = _options.AccessKey,
        ["Notifier:ApiGateway:SecretKey"] = _options.SecretKey,
        ["Notifier:ApiGateway:Secret"] = _options.Secret,
    };

    public static async Task<ApiGatewayStandIn> StartAsync(ApiGatewayStandInOptions options, CancellationToken ct = default)
    {
        var gateway = new ApiGatewayStandIn(options);
        await gateway._app.StartAsync(ct);
        gateway.Port = new Uri(gateway._app.Urls.Single()).Port;
        gateway._watching = gateway.CloseOldAsync();
        return gateway;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        await _app.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task ConnectAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        // Eleven bytes in the alphabet for addresses, so that the id ends in '=' as real ones do.
        var connectionId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(11)) + "=";
        var query = QueryString.Create(MappedParameters.Where(x => http.Request.Query.ContainsKey(x)).Select(x => KeyValuePair.Create<string, string?>(x, http.Request.Query[x])));
        var accepted = await IntegrateAsync("connect", connectionId, [], query, http.Request.Headers);
        if (accepted is < 200 or > 299)
        {
            http.Response.StatusCode = accepted;
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var client = new GatewayClient(connectionId, socket, _options.Time);
        _clients[connectionId] = client;
        var writing = client.WriteAsync(_stop.Token);
        try
        {
            await ReadAsync(client);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException)
        {
            // As when a phone loses its network.
        }

        // Before $disconnect, as it is there.
        _clients.TryRemove(connectionId, out _);
        client.Dispose();
        await writing;
        if (!LosesDisconnects && !_stop.IsCancellationRequested)
        {
            await IntegrateAsync("disconnect", connectionId, [], default, null);
        }

        if (socket.State == WebSocketState.CloseReceived)
        {
            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "");
        }
    }

    private async Task ReadAsync(GatewayClient client)
    {
        while (await client.ReadAsync(FrameBytes, _stop.Token) is { } message)
        {
            if (await IntegrateAsync("default", client.ConnectionId, message, default, null) is < 200 or > 299)
            {
                client.TrySend(JsonSerializer.SerializeToUtf8Bytes(new { message = "Internal server error", connectionId = client.ConnectionId }));
            }
        }
    }

    /// <returns>The status; 504 where nobody answers.</returns>
    private async Task<int> IntegrateAsync(string route, string connectionId, byte[] body, QueryString query, IHeaderDictionary? headers)
    {
        var targets = Targets;
        for (var tries = 0; tries < targets.Count; tries++)
        {
            var target = targets[(int)((uint)Interlocked.Increment(ref _next) % targets.Count)];
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target, $"/apigateway/{route}{query}")) { Content = new ByteArrayContent(body) };
            request.Headers.Add("X-CloudIa-Gateway-Secret", _options.Secret);
            request.Headers.Add("X-CloudIa-Connection-Id", connectionId);
            foreach (var name in MappedHeaders.Where(x => headers?.ContainsKey(x) == true))
            {
                request.Headers.TryAddWithoutValidation(name, headers![name].ToString());
            }

            try
            {
                using var response = await _http.SendAsync(request, _stop.Token);
                return (int)response.StatusCode;
            }
            catch (HttpRequestException e)
            {
                // As a load balancer does: the next one.
                Log.TargetFailed(_options.Logger, route, e.HttpRequestError);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        return StatusCodes.Status504GatewayTimeout;
    }

    private async Task ManageAsync(HttpContext http, string connectionId)
    {
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        var body = buffer.ToArray();
        var (status, error) = await AnswerAsync(http, connectionId, body);
        _calls.Enqueue(new GatewayCall(http.Request.Method, connectionId, status, body.Length));
        if (_calls.Count > CallsKept)
        {
            _calls.TryDequeue(out _);
        }

        http.Response.StatusCode = status;
        if (error is not null)
        {
            http.Response.Headers["x-amzn-ErrorType"] = error;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync("{\"message\":null}", http.RequestAborted);
        }
        else if (HttpMethods.IsGet(http.Request.Method))
        {
            await http.Response.WriteAsJsonAsync(new { connectedAt = _clients.GetValueOrDefault(connectionId)?.ConnectedAt }, http.RequestAborted);
        }
    }

    private async Task<(int Status, string? Error)> AnswerAsync(HttpContext http, string connectionId, byte[] body)
    {
        if (_signatures.Problem(http.Request, body) is { } problem)
        {
            Log.BadSignature(_options.Logger, problem);
            return (StatusCodes.Status403Forbidden, "ForbiddenException");
        }

        if (Fault?.Invoke(connectionId) is { } fault)
        {
            if (fault.RetryAfter is { } seconds)
            {
                http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            return (fault.Status, fault.Status == StatusCodes.Status429TooManyRequests ? "LimitExceededException" : "InternalServerErrorException");
        }

        if (!_clients.TryGetValue(connectionId, out var client))
        {
            return (StatusCodes.Status410Gone, "GoneException");
        }

        switch (http.Request.Method)
        {
            case "GET":
                return (StatusCodes.Status200OK, null);
            case "DELETE":
                await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "Connection Closed Normally");
                return (StatusCodes.Status204NoContent, null);
            case "POST" when body.Length > PayloadBytes:
                return (StatusCodes.Status413PayloadTooLarge, "PayloadTooLargeException");
            case "POST" when body.Length > FrameBytes:
                await client.CloseAsync(WebSocketCloseStatus.MessageTooBig, "a frame may have 32 KB at most");
                return (StatusCodes.Status413PayloadTooLarge, "PayloadTooLargeException");
            case "POST":
                return client.TrySend(body) ? (StatusCodes.Status200OK, null) : (StatusCodes.Status429TooManyRequests, "LimitExceededException");
            default:
                return (StatusCodes.Status405MethodNotAllowed, "MethodNotAllowedException");
        }
    }

    private async Task CloseOldAsync()
    {
        var shortest = _options.IdleTimeout < _options.ConnectionDuration ? _options.IdleTimeout : _options.ConnectionDuration;
        try
        {
            while (true)
            {
                await Task.Delay(shortest / 8, _options.Time, _stop.Token);
                foreach (var client in _clients.Values.Where(x => x.Idle > _options.IdleTimeout || _options.Time.GetUtcNow() - x.ConnectedAt > _options.ConnectionDuration))
                {
                    await client.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "Going away");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A call of @connections is refused: {Problem}")]
        public static partial void BadSignature(ILogger logger, string problem);

        [LoggerMessage(2, LogLevel.Debug, "An integration of {Route} did not answer ({Error})")]
        public static partial void TargetFailed(ILogger logger, string route, HttpRequestError error);
    }
}

/// <summary>A call of <c>@connections</c>.</summary>
public sealed record GatewayCall(string Method, string ConnectionId, int Status, int Bytes);

/// <summary>What a call is answered with instead.</summary>
/// <param name="RetryAfter">In seconds.</param>
public sealed record GatewayFault(int Status, int? RetryAfter = null);
