using System.Net;
using CloudIa.Faults.KillPoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace CloudIa.Faults.Proxies;

/// <summary>In front of SQS and SNS, or of DynamoDB, for one service process.</summary>
internal sealed class HttpProxy : IAsyncDisposable
{
    public const string TargetHeader = "X-Amz-Target";

    private static readonly HttpMessageInvoker Client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    private readonly WebApplication _app;
    private readonly Upstream _upstream;
    private readonly Uri _address;
    private readonly FaultPlan _plan;

    private HttpProxy(WebApplication app, Upstream upstream, Uri address, FaultPlan plan)
    {
        (_app, _upstream, _address, _plan) = (app, upstream, address, plan);
        _app.Run(HandleAsync);
    }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<HttpProxy> StartAsync(Upstream upstream, Uri address, FaultPlan plan)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var proxy = new HttpProxy(builder.Build(), upstream, address, plan);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request.Body);
        var operation = AwsOperations.Recognise(_upstream, context.Request.Headers[TargetHeader], body);
        if (_plan.Delay(operation) is { } delay && delay > TimeSpan.Zero)
            await Task.Delay(delay, TimeProvider.System);

        if (_plan.Trips(operation, Moment.Before))
        {
            await _plan.Kill();
            context.Abort();
        }
        else if (_plan.Due(Fault.LoseRequest, operation))
        {
            context.Abort();
        }
        else if (_plan.Due(Fault.Throttle, operation))
        {
            await AwsErrors.ThrottleAsync(context, operation);
        }
        else if (_plan.Due(Fault.Refuse, operation))
        {
            await AwsErrors.UnavailableAsync(context, operation);
        }
        else
        {
            await PassOnAsync(context, operation, body);
        }
    }

    private async Task PassOnAsync(HttpContext context, Operation operation, byte[] body)
    {
        if (operation.Name == "SendMessage" && _plan.Find(Fault.Postpone, operation) is { } postpone)
            body = Postponed(body, postpone);

        if (_plan.Mistakes.Count > 0 && AwsBodies.Unconditional(body) is { } unconditional && _plan.Due(Fault.Unconditional, operation))
            body = unconditional;

        // Not cancelled with the caller: what a dead process asked for is done all the same, as by AWS.
        using var response = await SendAsync(context.Request, body);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (response.IsSuccessStatusCode && _plan.Find(Fault.Duplicate, operation) is { } duplicate)
            (await SendAsync(context.Request, operation.Name == "SendMessage" ? Postponed(body, duplicate) : body)).Dispose();
        if (operation.Name == "ReceiveMessage" && HasHappened(operation, answer))
            answer = await HandOutAsync(context.Request, operation, body, answer);

        if (HasHappened(operation, answer) && _plan.Trips(operation, Moment.After))
        {
            await _plan.Kill();
            context.Abort();
        }
        else if (HasHappened(operation, answer) && _plan.Due(Fault.LoseResponse, operation))
        {
            context.Abort();
        }
        else
        {
            await AnswerAsync(context, response, answer);
        }
    }

    private byte[] Postponed(byte[] body, Rule rule) =>
        AwsBodies.Postponed(body, () => (int)Math.Round(_plan.Dice.Between(rule.Least, rule.Most).TotalSeconds));

    private async Task<byte[]> HandOutAsync(HttpRequest from, Operation operation, byte[] poll, byte[] answer)
    {
        var vanish = _plan.Due(Fault.Vanish, operation);
        if (vanish || _plan.Due(Fault.Acknowledge, operation))
            await AcknowledgeAsync(from, poll, answer);
        return vanish ? "{}"u8.ToArray() : answer;
    }

    private async Task AcknowledgeAsync(HttpRequest from, byte[] poll, byte[] answer)
    {
        using var response = await SendAsync(from, AwsBodies.DeleteAll(poll, answer), "AmazonSQS.DeleteMessageBatch");
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A poll that found nothing is nothing that one could die after.</summary>
    private static bool HasHappened(Operation operation, byte[] answer) =>
        operation.Name != "ReceiveMessage" || answer.AsSpan().IndexOf("ReceiptHandle"u8) >= 0;

    private Task<HttpResponseMessage> SendAsync(HttpRequest from, byte[] body, string? target = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(_address, from.Path + from.QueryString)) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in from.Headers)
        {
            if (name is "Host" or "Connection" or "Content-Length" or "Transfer-Encoding" or "Expect")
                continue;

            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
                request.Content.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        if (target is not null)
        {
            request.Headers.Remove(TargetHeader);
            request.Headers.Add(TargetHeader, target);
        }

        return Client.SendAsync(request, CancellationToken.None);
    }

    private static async Task AnswerAsync(HttpContext context, HttpResponseMessage response, byte[] answer)
    {
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
        {
            if (name is not ("Connection" or "Keep-Alive" or "Transfer-Encoding" or "Content-Length"))
                context.Response.Headers[name] = values.ToArray();
        }

        context.Response.ContentLength = answer.Length;
        try
        {
            await context.Response.Body.WriteAsync(answer);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The process that asked is gone.
        }
    }

    private static async Task<byte[]> ReadAsync(Stream body)
    {
        using var all = new MemoryStream();
        await body.CopyToAsync(all);
        return all.ToArray();
    }
}
