using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudIa.Tests.Canaries;

/// <summary>In front of SQS and SNS, or of DynamoDB: passes requests on, and keeps what messages are sent in them, their attributes also by themselves.</summary>
internal sealed class QueueTap : IAsyncDisposable
{
    private static readonly string[] DeadLetters = ["_error", "_skipped", "_dead"];
    private static readonly string[] OfTheConnection = ["Host", "Connection", "Content-Length", "Transfer-Encoding", "Expect"];
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, ActivityHeadersPropagator = null });
    private readonly WebApplication _app;
    private readonly Uri _target;
    private readonly Outputs _outputs;

    private QueueTap(WebApplication app, Uri target, Outputs outputs)
    {
        (_app, _target, _outputs) = (app, target, outputs);
        _app.Run(HandleAsync);
    }

    /// <summary>Refuses what is sent with 403, so that it is known that no message was taken; to DynamoDB it answers everything with 503.</summary>
    public bool IsDown { get; set; }

    public Uri Address => new(_app.Urls.Single());

    public static async Task<QueueTap> StartAsync(Uri target, Outputs outputs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var tap = new QueueTap(builder.Build(), target, outputs);
        await tap._app.StartAsync();
        return tap;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var text = Encoding.UTF8.GetString(body.ToArray());
        var isSent = context.Request.Headers["X-Amz-Target"].ToString().Contains(".SendMessage", StringComparison.Ordinal) || text.Contains("Action=Publish", StringComparison.Ordinal);
        if (IsDown && (isSent || context.Request.Headers["X-Amz-Target"].ToString().StartsWith("DynamoDB", StringComparison.Ordinal)))
        {
            context.Response.StatusCode = isSent ? StatusCodes.Status403Forbidden : StatusCodes.Status503ServiceUnavailable;
            return;
        }

        if (isSent)
            _outputs.Add(OutputKind.Attribute, WithoutBodies(text));
        if (isSent)
            _outputs.Add(Array.Exists(DeadLetters, x => text.Contains(x + '"', StringComparison.Ordinal)) ? OutputKind.DeadLetter : OutputKind.Message, text);

        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_target, context.Request.Path + context.Request.QueryString)) { Content = new ByteArrayContent(body.ToArray()) };
        foreach (var (name, value) in context.Request.Headers.Where(x => !OfTheConnection.Contains(x.Key)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, value.ToArray()))
                request.Content.Headers.TryAddWithoutValidation(name, value.ToArray());
        }

        using var response = await _client.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        var answer = await response.Content.ReadAsByteArrayAsync(context.RequestAborted);
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    /// <summary>SQS is spoken to in JSON, one message or a batch of them; SNS in a form.</summary>
    private static string WithoutBodies(string request)
    {
        if (!request.StartsWith('{'))
            return string.Join('&', request.Split('&').Where(x => !IsBody(x)).Select(WebUtility.UrlDecode));

        var json = JsonNode.Parse(request)!.AsObject();
        foreach (var message in json["Entries"]?.AsArray().Select(x => x!.AsObject()) ?? [json])
            message.Remove("MessageBody");
        return json.ToJsonString();
    }

    /// <summary>Attributes are <c>….entry.1.Value.StringValue=</c>, and none of them is called Message.</summary>
    private static bool IsBody(string field) => field.Split('=')[0] is var name && (name == "Message" || name.EndsWith(".Message", StringComparison.Ordinal));
}
