using System.Text.Json;
using CloudIa.Tests.FakeModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CloudIa.Tests.FakeAnthropic;

/// <summary>A server with Anthropic's messages, in their wire format.</summary>
public sealed class FakeAnthropicServer : FakeModelServer<AnthropicRequest, AnthropicReply>
{
    private FakeAnthropicServer()
    {
    }

    /// <summary>Without the version, as Anthropic's client wants it.</summary>
    public Uri BaseUrl => Address;

    public static async Task<FakeAnthropicServer> StartAsync()
    {
        var server = new FakeAnthropicServer();
        await server.ListenAsync("http://127.0.0.1:0");
        return server;
    }

    protected override void Map(WebApplication app) => app.MapPost("/v1/messages", AnswerAsync);

    protected override async Task<AnthropicRequest> ReadAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        return new()
        {
            Body = body.RootElement.Clone(),
            ApiKey = context.Request.Headers["x-api-key"],
            Version = context.Request.Headers["anthropic-version"],
        };
    }

    protected override Task WriteAsync(HttpContext context, AnthropicRequest request, AnthropicReply reply, CancellationToken cancellationToken) =>
        AnthropicReplyWriter.WriteAsync(context, request, reply, cancellationToken);

    protected override void Abandon(AnthropicRequest request) => request.Abandon();
}
