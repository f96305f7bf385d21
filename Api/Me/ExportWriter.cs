using System.Net.Mime;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CloudIa.Api.ApiKeys;
using CloudIa.Api.Chats;
using CloudIa.Api.Webhooks;
using CloudIa.Store;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace CloudIa.Api.Me;

/// <summary>Writes an <see cref="Export"/> while it is read, so that its size does not matter.</summary>
internal sealed partial class ExportWriter(
    IChatStore chats, IJobStore jobs, IDeliveryStore deliveries, IUsageStore usages, IApiKeyStore apiKeys, IWebhookStore webhooks, IOptions<JsonOptions> json, ILogger<ExportWriter> logger)
{
    private const int Page = 100;

    /// <summary>What is in memory before it is sent.</summary>
    private const int BufferBytes = 64 * 1024;

    private readonly JsonSerializerOptions _json = json.Value.SerializerOptions;

    /// <summary>Reads what is small, so that a store that does not answer is an error and no broken document.</summary>
    public async Task<IResult> OpenAsync(string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var keys = await apiKeys.ListAsync(userId, cancellationToken);
        var hooks = await webhooks.ListAsync(userId, cancellationToken);
        var first = await chats.ListAsync(userId, Page, cursor: null, cancellationToken);
        return new Result(http => WriteAsync(http, userId, now, first, keys, hooks));
    }

    private async Task WriteAsync(HttpContext http, string userId, DateTimeOffset now, Page<ChatRecord> first, IReadOnlyList<ApiKeyRecord> keys, IReadOnlyList<WebhookRecord> hooks)
    {
        var hungUp = http.RequestAborted;
        http.Response.ContentType = MediaTypeNames.Application.Json;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"cloudia-{now:yyyyMMdd'T'HHmmss'Z'}.json\"";

        // What was written cannot be taken back, whether it was sent or not: from here on what breaks cuts the connection.
        await http.Response.StartAsync(hungUp);
        try
        {
            await using var writer = new Utf8JsonWriter(http.Response.BodyWriter);
            writer.WriteStartObject();
            Write(writer, nameof(Export.ExportedAt), now);
            Write(writer, nameof(Export.UserId), userId);
            await WriteAllAsync(writer, nameof(Export.Chats), http, ChatsAsync(userId, first, hungUp), chat => WriteChatAsync(writer, http, chat));
            await WriteAllAsync(writer, nameof(Export.Jobs), http, JobsAsync(userId, hungUp), job => Value(writer, ExportedJob.From(job)));
            await WriteAllAsync(writer, nameof(Export.Usage), http, usages.ListAsync(userId, DateOnly.MinValue, DateOnly.MaxValue, hungUp), usage => Value(writer, ExportedUsage.From(usage)));
            Write(writer, nameof(Export.ApiKeys), keys.Select(ApiKeyView.From));
            Write(writer, nameof(Export.Webhooks), hooks.Select(WebhookView.From));
            writer.WriteEndObject();
            await writer.FlushAsync(hungUp);
            await http.Response.BodyWriter.FlushAsync(hungUp);
        }
        catch (Exception exception) when (!hungUp.IsCancellationRequested)
        {
            Log.Broken(logger, exception);
            http.Abort();
        }
    }

    private async Task WriteChatAsync(Utf8JsonWriter writer, HttpContext http, ChatRecord chat)
    {
        writer.WriteStartObject();
        Write(writer, nameof(ExportedChat.Chat), ChatView.WithAll(chat));
        await WriteAllAsync(writer, nameof(ExportedChat.Messages), http, MessagesAsync(chat.ChatId, http.RequestAborted), message => Value(writer, MessageView.From(message)));
        writer.WriteEndObject();
    }

    private async IAsyncEnumerable<ChatRecord> ChatsAsync(string userId, Page<ChatRecord> page, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var chat in page.Items)
                yield return chat;

            if (page.Next is null)
                yield break;
            page = await chats.ListAsync(userId, Page, page.Next, cancellationToken);
        }
    }

    private async IAsyncEnumerable<MessageRecord> MessagesAsync(Guid chatId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await chats.ListMessagesAsync(chatId, Page, cursor, cancellationToken);
            foreach (var message in page.Items)
                yield return message;

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    private async IAsyncEnumerable<JobDeliveries> JobsAsync(string userId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var listed in jobs.ListOfUserAsync(userId, cancellationToken))
        {
            if (await deliveries.ReadJobAsync(listed.JobId, cancellationToken) is { } read && read.Job.UserId == userId)
                yield return read;
        }
    }

    private async Task WriteAllAsync<T>(Utf8JsonWriter writer, string name, HttpContext http, IAsyncEnumerable<T> items, Func<T, Task> write)
    {
        writer.WriteStartArray(Name(name));
        await foreach (var item in items)
        {
            await write(item);
            if (writer.BytesPending + http.Response.BodyWriter.UnflushedBytes < BufferBytes)
                continue;

            await writer.FlushAsync(http.RequestAborted);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }

        writer.WriteEndArray();
    }

    private void Write<T>(Utf8JsonWriter writer, string name, T value)
    {
        writer.WritePropertyName(Name(name));
        JsonSerializer.Serialize(writer, value, _json);
    }

    private Task Value<T>(Utf8JsonWriter writer, T value)
    {
        JsonSerializer.Serialize(writer, value, _json);
        return Task.CompletedTask;
    }

    private string Name(string property) => _json.PropertyNamingPolicy?.ConvertName(property) ?? property;

    private sealed class Result(Func<HttpContext, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => write(httpContext);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "An export broke off; its connection was cut, so that its reader knows.")]
        public static partial void Broken(ILogger logger, Exception exception);
    }
}
