using System.Text.Json;
using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit;
using MassTransit.Serialization;

namespace CloudIa.Sagas.DeadLetters;

/// <summary>Reads what a dead letter says of itself. It may be anything: what cannot be read is left out.</summary>
internal static class DeadLetter
{
    private const int LongestReason = 1_000;

    private static readonly Dictionary<string, Type> Commands = new()
    {
        [ChatJobQueues.ReceiveMessage] = typeof(ReceiveMessage),
        [ChatJobQueues.InvokeLlm] = typeof(InvokeLlm),
        [ChatJobQueues.PersistMessage] = typeof(PersistMessage),
        [ChatJobQueues.NotifyClient] = typeof(NotifyClient),
        [ChatJobQueues.DeliverWebhook] = typeof(DeliverWebhook),
    };

    /// <param name="context">As it was received.</param>
    /// <param name="queue">The queue that the message was for.</param>
    /// <param name="kind">One of <see cref="FailureKinds"/>.</param>
    public static FailureRecord Read(ReceiveContext context, string queue, string kind, DateTimeOffset now)
    {
        var body = context.Body.GetString();
        var (jobId, attempt, messageType, messageId) = Facts(body);
        return new()
        {
            Queue = queue,
            Kind = kind,
            MessageId = messageId ?? context.GetMessageId()?.ToString("N") ?? context.TransportHeaders.Get<string>("TransportMessageId") ?? NewId.NextGuid().ToString("N"),
            At = now,
            JobId = jobId,
            Attempt = attempt,
            MessageType = messageType,
            Reason = Reason(context),
            ContentType = context.ContentType?.ToString(),
            ExceptionType = FaultPlace.ExceptionType(context.TransportHeaders),
            Place = FaultPlace.Of(context.TransportHeaders),
            Body = body,
        };
    }

    /// <summary>Whether a consumer of its queue could read it: then it told the saga by its Fault when it gave up.</summary>
    public static bool IsReadable(FailureRecord failure) => Command(failure) is not null;

    /// <summary>The command as a consumer of its queue would read it; null where none could.</summary>
    public static object? Command(FailureRecord failure)
    {
        try
        {
            using var document = JsonDocument.Parse(failure.Body);
            return Commands.TryGetValue(failure.Queue, out var command)
                ? document.RootElement.GetProperty("message").Deserialize(command, SystemTextJsonMessageSerializer.Options)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private static string? Reason(ReceiveContext context)
    {
        var reason = context.TransportHeaders.Get<string>(MessageHeaders.FaultMessage) ?? context.TransportHeaders.Get<string>(MessageHeaders.Reason);
        return reason is { Length: > LongestReason } ? reason[..LongestReason] : reason;
    }

    private static (Guid? JobId, int? Attempt, string? MessageType, string? MessageId) Facts(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var envelope = document.RootElement;
            if (Property(envelope, "message") is not { } message)
                return default;

            // A fault carries the command that failed.
            var command = Property(message, "message") ?? message;
            return (
                Property(command, "jobId") is { ValueKind: JsonValueKind.String } id && id.TryGetGuid(out var jobId) ? jobId : null,
                Property(command, "attempt") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var attempt) ? attempt : null,
                Property(envelope, "messageType") is { ValueKind: JsonValueKind.Array } types && types.GetArrayLength() > 0 ? Name(types[0]) : null,
                Property(envelope, "messageId") is { ValueKind: JsonValueKind.String } own && own.TryGetGuid(out var messageId) ? messageId.ToString("N") : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return default;
        }
    }

    private static string? Name(JsonElement urn) => urn.ValueKind == JsonValueKind.String && urn.GetString() is { } text ? text[(text.LastIndexOf(':') + 1)..] : null;

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}
