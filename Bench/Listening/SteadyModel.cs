using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace CloudIa.Bench.Listening;

/// <summary>Answers with <see cref="Tokens"/> words, one each <see cref="Pause"/>: longer than deltas are gathered for, so that each word is one.</summary>
internal static class SteadyModel
{
    public const string Name = "steady-model";
    public const int Tokens = 20;

    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        using var timer = new PeriodicTimer(Pause, TimeProvider.System);
        for (var token = 0; token < Tokens; token++)
        {
            await WriteAsync(context, new { content = string.Create(CultureInfo.InvariantCulture, $"word{token:00} ") }, null);
            await timer.WaitForNextTickAsync(context.RequestAborted);
        }

        await WriteAsync(context, new { }, "stop");
        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    private static async Task WriteAsync(HttpContext context, object delta, string? finish)
    {
        var chunk = new { id = "c", @object = "chat.completion.chunk", created = 1, model = Name, choices = new[] { new { index = 0, delta, finish_reason = finish } } };
        await context.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
