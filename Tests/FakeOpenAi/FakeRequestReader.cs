using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudIa.Tests.FakeOpenAi;

internal static class FakeRequestReader
{
    public static async Task<FakeRequest> ReadAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var root = body.RootElement;
        return new FakeRequest
        {
            Model = root.GetProperty("model").GetString()!,
            Stream = root.TryGetProperty("stream", out var stream) && stream.GetBoolean(),
            IncludeUsage = root.TryGetProperty("stream_options", out var options)
                && options.TryGetProperty("include_usage", out var usage) && usage.GetBoolean(),
            Messages = [.. root.GetProperty("messages").EnumerateArray().Select(Message)],
            Body = root.Clone(),
            Authorization = context.Request.Headers.Authorization,
        };
    }

    private static FakeMessage Message(JsonElement message)
    {
        var content = message.GetProperty("content");
        var text = content.ValueKind == JsonValueKind.String
            ? content.GetString()!
            : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));
        return new FakeMessage(message.GetProperty("role").GetString()!, text);
    }
}
