using System.Text.Encodings.Web;
using System.Text.Json;
using CloudIa.Contracts.Client;
using CloudIa.Store;

namespace CloudIa.Api.OpenAi;

/// <summary>OpenAI's <c>chat.completion</c> and <c>chat.completion.chunk</c>.</summary>
internal static class CompletionJson
{
    /// <summary>Names are written as they are on the wire; and a quote in two bytes rather than six, since what is said to be JSON is no page.</summary>
    public static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

    /// <summary>JSON has no line breaks of its own, so that one data line is enough.</summary>
    public static byte[] Frame(object value) => [.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(value, Options), .. "\n\n"u8];

    public static object Completion(JobRecord job, MessageCompleted answer) => new
    {
        id = Id(job),
        @object = "chat.completion",
        created = Created(job),
        model = answer.Metadata.Model,
        choices = new[] { new { index = 0, message = new { role = "assistant", content = answer.Content, refusal = (string?)null }, logprobs = (object?)null, finish_reason = FinishReason(answer) } },
        usage = Usage(answer),
    };

    public static byte[] FirstChunk(JobRecord job) => Chunk(job, new { role = "assistant", content = "" }, finishReason: null);

    public static byte[] Chunk(JobRecord job, string content) => Chunk(job, new { content }, finishReason: null);

    public static byte[] LastChunk(JobRecord job, MessageCompleted answer) => Chunk(job, new { }, FinishReason(answer));

    public static byte[] UsageChunk(JobRecord job, MessageCompleted answer) => Frame(new
    {
        id = Id(job),
        @object = "chat.completion.chunk",
        created = Created(job),
        model = job.Model,
        choices = Array.Empty<object>(),
        usage = Usage(answer),
    });

    private static byte[] Chunk(JobRecord job, object delta, string? finishReason) => Frame(new
    {
        id = Id(job),
        @object = "chat.completion.chunk",
        created = Created(job),
        model = job.Model,
        choices = new[] { new { index = 0, delta, logprobs = (object?)null, finish_reason = finishReason } },
    });

    private static string Id(JobRecord job) => $"chatcmpl-{job.JobId:N}";

    private static long Created(JobRecord job) => job.AcceptedAt.ToUnixTimeSeconds();

    /// <summary>Of those that OpenAI knows; a provider's own word ends an answer as any other.</summary>
    private static string FinishReason(MessageCompleted answer) => answer.Metadata.FinishReason is "length" or "content_filter" ? answer.Metadata.FinishReason : "stop";

    /// <summary>Null where the provider did not count.</summary>
    private static object? Usage(MessageCompleted answer) => answer.Metadata is { Estimated: not true, InputTokens: { } input, OutputTokens: { } output }
        ? new { prompt_tokens = input, completion_tokens = output, total_tokens = input + output }
        : null;
}
