using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudIa.Tests.FakeAnthropic;

/// <summary>Writes a reply as Anthropic would, or as the script wants it wrong.</summary>
internal static class AnthropicReplyWriter
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromMilliseconds(50);

    public static async Task WriteAsync(HttpContext context, AnthropicRequest request, AnthropicReply reply, CancellationToken cancellationToken)
    {
        context.Response.Headers["request-id"] = "req_fake";
        if (reply.Status != StatusCodes.Status200OK)
        {
            context.Response.StatusCode = reply.Status;
            context.Response.Headers.RetryAfter = reply.RetryAfter;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Error(reply), cancellationToken);
            return;
        }

        context.Response.ContentType = "text/event-stream; charset=utf-8";
        await SendAsync(context, "message_start", $$$$"""
            {"type":"message_start","message":{"id":"msg_fake","type":"message","role":"assistant","model":{{{{Quote(reply.Model ?? request.Model)}}}},"content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":11,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}
            """, cancellationToken);
        await SendAsync(context, "content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""", cancellationToken);
        await SendAsync(context, "ping", """{"type":"ping"}""", cancellationToken);
        if (!await TextAsync(context, reply, cancellationToken))
        {
            return;
        }

        await SendAsync(context, "content_block_stop", """{"type":"content_block_stop","index":0}""", cancellationToken);
        if (reply.StopReason is not null)
        {
            await SendAsync(context, "message_delta",
                $$$"""{"type":"message_delta","delta":{"stop_reason":{{{Quote(reply.StopReason)}}},"stop_sequence":null},"usage":{"input_tokens":11,"output_tokens":7}}""", cancellationToken);
            await SendAsync(context, "message_stop", """{"type":"message_stop"}""", cancellationToken);
        }
    }

    /// <returns>Whether the answer goes on.</returns>
    private static async Task<bool> TextAsync(HttpContext context, AnthropicReply reply, CancellationToken cancellationToken)
    {
        var sent = 0;
        foreach (var text in reply.Text.Chunk(reply.ChunkSize).Select(chunk => new string(chunk)).Append(null))
        {
            if (sent == reply.CutAfter)
            {
                await reply.CutWhen.WaitAsync(cancellationToken);
                context.Abort();
                return false;
            }

            while (sent == reply.StallAfter)
            {
                await Task.Delay(PingInterval, cancellationToken);
                await SendAsync(context, "ping", """{"type":"ping"}""", cancellationToken);
            }

            if (sent == reply.GarbageAfter)
            {
                await SendAsync(context, "content_block_delta", "{\"type\": [oops", cancellationToken);
            }

            if (sent == reply.ErrorAfter)
            {
                await SendAsync(context, "error", Error(reply), cancellationToken);
                return false;
            }

            if (text is null)
            {
                break;
            }

            await Task.Delay(reply.ChunkDelay, cancellationToken);
            await SendAsync(context, "content_block_delta",
                $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":{{{Quote(text)}}} } }""", cancellationToken);
            sent++;
        }

        return true;
    }

    private static async Task SendAsync(HttpContext context, string type, string data, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"event: {type}\ndata: {data.Trim()}\n\n"), cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }

    private static string Error(AnthropicReply reply) =>
        $$$$"""{"type":"error","error":{"type":{{{{Quote(reply.ErrorType)}}}},"message":{{{{Quote(reply.ErrorMessage)}}}}},"request_id":"req_fake"}""";

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
