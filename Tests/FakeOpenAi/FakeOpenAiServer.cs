using CloudIa.Tests.FakeModels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CloudIa.Tests.FakeOpenAi;

/// <summary>A server with OpenAI's interface.</summary>
public sealed class FakeOpenAiServer : FakeModelServer<FakeRequest, FakeReply>
{
    private FakeOpenAiServer()
    {
    }

    /// <summary>With the version, as an OpenAI client wants it: <c>http://127.0.0.1:port/v1</c>.</summary>
    public Uri BaseUrl => new(Address, "v1");

    public static async Task<FakeOpenAiServer> StartAsync(string url = "http://127.0.0.1:0")
    {
        var server = new FakeOpenAiServer();
        await server.ListenAsync(url);
        return server;
    }

    protected override void Map(WebApplication app)
    {
        app.MapPost("/v1/chat/completions", AnswerAsync);
        app.MapGet("/v1/models", () => Results.Json(new
        {
            @object = "list",
            data = new[] { new { id = "fake-model", @object = "model", created = 0, owned_by = "tests" } },
        }));
    }

    protected override Task<FakeRequest> ReadAsync(HttpContext context) => FakeRequestReader.ReadAsync(context);

    protected override Task WriteAsync(HttpContext context, FakeRequest request, FakeReply reply, CancellationToken cancellationToken) =>
        FakeReplyWriter.WriteAsync(context, request, reply, cancellationToken);

    protected override void Abandon(FakeRequest request) => request.Abandon();
}
