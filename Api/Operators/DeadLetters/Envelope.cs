using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Contracts;
using CloudIa.Store;
using MassTransit.Serialization;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>MassTransit's envelope around a message.</summary>
internal static class Envelope
{
    private const string Field = "message";

    /// <returns>Null: there is none that can be read.</returns>
    public static JsonElement? MessageOf(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } envelope && envelope.TryGetProperty(Field, out var message) ? message.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The same envelope around an edited message: of the same type, of the same job and attempt, and such that its handler can read it.</summary>
    /// <returns>The body, or what is wrong by field.</returns>
    public static (string? Body, Dictionary<string, string[]> Errors) Edit(FailureRecord failure, JsonElement edited)
    {
        if (MessageOf(failure.Body) is null || JsonNode.Parse(failure.Body) is not JsonObject envelope)
            return (null, new() { ["body"] = ["This dead letter has no envelope that can be read, so that there is nothing to put an edited message into."] });

        if (TypeOf(failure) is not { } type)
            return (null, new() { ["body"] = ["The type of this dead letter's message is not known here, so that an edited one cannot be checked."] });

        var errors = JsonChecks.Problems(edited, type, SystemTextJsonMessageSerializer.Options, "body");
        if (errors.Count > 0)
            return (null, errors);

        if (failure.JobId is { } job && !(Value(edited, "jobId") is { ValueKind: JsonValueKind.String } id && id.TryGetGuid(out var now) && now == job))
            errors["body.jobId"] = [$"It must stay {job}: another job has messages of its own."];
        if (failure.Attempt is { } attempt && !(Value(edited, "attempt") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var same) && same == attempt))
            errors["body.attempt"] = [$"It must stay {attempt}: another attempt would be answered twice or never. Retry the job for a new one."];

        envelope[Field] = JsonNode.Parse(edited.GetRawText());
        return errors.Count > 0 ? (null, errors) : (envelope.ToJsonString(), errors);
    }

    private static Type? TypeOf(FailureRecord failure) => failure.MessageType is { } name && name.All(char.IsAsciiLetterOrDigit)
        ? typeof(ChatJobQueues).Assembly.GetType($"{typeof(ChatJobQueues).Namespace}.{name}")
        : null;

    private static JsonElement? Value(JsonElement message, string name)
    {
        foreach (var property in message.EnumerateObject())
        {
            if (property.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return property.Value;
        }

        return null;
    }
}
