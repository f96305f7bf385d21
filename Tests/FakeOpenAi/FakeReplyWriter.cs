using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudIa.Tests.FakeOpenAi;

/// <summary>Writes a reply as OpenAI would, or as the script wants it wrong.</summary>
internal static class FakeReplyWriter
{
    public static Task WriteAsync(HttpContext context, FakeRequest request, FakeReply reply, CancellationToken cancellationToken)
    {
        if (reply.Status != StatusCodes.Status200OK)
        {
            context.Response.StatusCode = reply.Status;
            context.Response.Headers.RetryAfter = reply.RetryAfter;
            return WriteJsonAsync(context, Error(reply), cancellationToken);
        }

        if (reply.RawBody is { } raw)
        {
            return WriteJsonAsync(context, raw, cancellationToken);
        }

        return request.Stream
            ? StreamAsync(context, request, reply, cancellationToken)
            : WriteJsonAsync(context, Whole(request, reply), cancellationToken);
    }

    private static async Task StreamAsync(HttpContext context, FakeRequest request, FakeReply reply, CancellationToken cancellationToken)
    {
        await reply.StartWhen.WaitAsync(cancellationToken);
        context.Response.ContentType = "text/event-stream";
        var model = reply.Model ?? request.Model;
        await SendAsync(context, reply, Chunk(model, """{"role":"assistant","content":""}""", null), cancellationToken);

        var sent = 0;
        foreach (var text in reply.Text.Chunk(reply.ChunkSize).Select(chunk => new string(chunk)).Append(null))
        {
            if (sent == reply.CutAfter)
            {
                await reply.CutWhen.WaitAsync(cancellationToken);
                context.Abort();
                return;
            }

            if (sent == reply.HoldAfter)
            {
                await reply.HoldUntil.WaitAsync(cancellationToken);
            }

            if (sent == reply.StallAfter)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            if (sent == reply.GarbageAfter)
            {
                await SendAsync(context, reply, "{\"choices\": [oops", cancellationToken);
            }

            if (sent == reply.ErrorAfter)
            {
                await SendAsync(context, reply, Error(reply), cancellationToken);
                return;
            }

            if (text is null)
            {
                break;
            }

            if (reply.ChunkDelay > TimeSpan.Zero)
            {
                await Task.Delay(reply.ChunkDelay, cancellationToken);
            }

            await SendAsync(context, reply, Chunk(model, $$"""{"content":{{Quote(text)}}}""", null), cancellationToken);
            sent++;
        }

        if (reply.FinishReason is not null)
        {
            await SendAsync(context, reply, Chunk(model, "{}", reply.FinishReason), cancellationToken);
        }

        if (request.IncludeUsage && reply.FinishReason is not null)
        {
            await SendAsync(context, reply, $$"""{{{Head(model)}},"choices":[],"usage":{{Usage(reply)}}}""", cancellationToken);
        }

        if (reply.Done)
        {
            await SendAsync(context, reply, "[DONE]", cancellationToken);
        }
    }

    private static async Task SendAsync(HttpContext context, FakeReply reply, string data, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes($"data: {data}\n\n");
        foreach (var write in bytes.Chunk(reply.WriteSize > 0 ? reply.WriteSize : bytes.Length))
        {
            await context.Response.Body.WriteAsync(write, cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
        }
    }

    private static Task WriteJsonAsync(HttpContext context, string json, CancellationToken cancellationToken)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, cancellationToken);
    }

    private static string Head(string model) =>
        $"\"id\":\"chatcmpl-fake\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":{Quote(model)}";

    private static string Chunk(string model, string delta, string? finish) =>
        $$"""{{{Head(model)}},"choices":[{"index":0,"delta":{{delta}},"finish_reason":{{(finish is null ? "null" : Quote(finish))}}}]}""";

    private static string Whole(FakeRequest request, FakeReply reply) =>
        $$"""
        {"id":"chatcmpl-fake","object":"chat.completion","created":1,"model":{{Quote(reply.Model ?? request.Model)}},
         "choices":[{"index":0,"message":{"role":"assistant","content":{{Quote(reply.Text)}}},"finish_reason":{{Quote(reply.FinishReason ?? "stop")}}}],
         "usage":{{Usage(reply)}}}
        """;

    private static string Usage(FakeReply reply) =>
        $$"""{"total_tokens":{{reply.Usage.Input + reply.Usage.Output}},"prompt_tokens":{{reply.Usage.Input}},"completion_tokens":{{reply.Usage.Output}} }""";

    private static string Error(FakeReply reply) =>
        $$"""{"error":{"message":{{Quote(reply.ErrorMessage)}},"type":"scripted_error","param":null,"code":{{Quote(reply.ErrorCode)}}} }""";

    /// <summary>A JSON string, with whole characters as they are and half surrogate pairs as escapes, which the serializer would not write.</summary>
    private static string Quote(string text)
    {
        var json = new StringBuilder("\"");
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])))
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
            else if (char.IsSurrogate(text[i]))
            {
                json.Append(text, i++, 2);
            }
            else
            {
                json.Append(text[i] > '~' ? text[i].ToString() : JsonSerializer.Serialize(text[i].ToString())[1..^1]);
            }
        }

        return json.Append('"').ToString();
    }
}
