using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudIa.Faults.Proxies;

/// <summary>Changes what services ask of SQS and DynamoDB. What the sender checks in the answer (the body's MD5) stays as it is.</summary>
internal static class AwsBodies
{
    private const string DelaySeconds = "DelaySeconds";
    private const string Condition = "ConditionExpression";

    /// <summary>Gives messages on their way to SQS a delay of seconds each.</summary>
    public static byte[] Postponed(byte[] body, Func<int> seconds)
    {
        if (Parse(body) is not { } message)
            return body;

        if (message["Entries"] is JsonArray entries)
        {
            foreach (var entry in entries.OfType<JsonObject>())
                Add(entry, seconds());
        }
        else
        {
            Add(message, seconds());
        }

        return JsonSerializer.SerializeToUtf8Bytes(message);
    }

    /// <summary>A write to DynamoDB without its condition, and without the values that only that one has; null where it has none.</summary>
    public static byte[]? Unconditional(byte[] body)
    {
        if (body.AsSpan().IndexOf("\"ConditionExpression\""u8) < 0 || Parse(body) is not { } write || !write.Remove(Condition))
            return null;

        var rest = string.Join(' ', write["UpdateExpression"]?.ToString(), write["KeyConditionExpression"]?.ToString()).Split([' ', ',', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
        foreach (var names in new[] { "ExpressionAttributeNames", "ExpressionAttributeValues" })
        {
            if (write[names] is not JsonObject used)
                continue;

            foreach (var name in used.Select(x => x.Key).Except(rest).ToList())
                used.Remove(name);
            if (used.Count == 0)
                write.Remove(names);
        }

        return JsonSerializer.SerializeToUtf8Bytes(write);
    }

    /// <summary>Deletes every message that a poll was answered with.</summary>
    public static byte[] DeleteAll(byte[] poll, byte[] answer) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["QueueUrl"] = Parse(poll)!["QueueUrl"]!.DeepClone(),
        ["Entries"] = new JsonArray([.. Parse(answer)!["Messages"]!.AsArray().Select((x, place) => new JsonObject
        {
            ["Id"] = $"m{place}",
            ["ReceiptHandle"] = x!["ReceiptHandle"]!.DeepClone(),
        })]),
    });

    private static JsonObject? Parse(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Add(JsonObject message, int seconds)
    {
        if (seconds > 0)
            message[DelaySeconds] = (message[DelaySeconds]?.GetValue<int>() ?? 0) + seconds;
    }
}
