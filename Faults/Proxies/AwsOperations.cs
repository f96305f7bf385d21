using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;

namespace CloudIa.Faults.Proxies;

/// <summary>Recognises requests to SQS, SNS and DynamoDB.</summary>
internal static class AwsOperations
{
    private const string Batch = "Batch";

    /// <param name="upstream">Where the request goes.</param>
    /// <param name="target">The header X-Amz-Target; null for SNS, which has its action in the body.</param>
    /// <param name="body">JSON, or a form.</param>
    public static Operation Recognise(Upstream upstream, string? target, ReadOnlyMemory<byte> body)
    {
        if (target is null)
            return Sns(upstream, body);

        var name = target[(target.LastIndexOf('.') + 1)..];
        try
        {
            using var document = JsonDocument.Parse(body);
            return upstream == Upstream.Store
                ? new(upstream, name, Row(document.RootElement))
                : new(upstream, Single(name), LastOf(Text(document.RootElement, "QueueUrl"), '/'));
        }
        catch (JsonException)
        {
            return new(upstream, name, "");
        }
    }

    private static Operation Sns(Upstream upstream, ReadOnlyMemory<byte> body)
    {
        var form = new FormReader(System.Text.Encoding.UTF8.GetString(body.Span)).ReadForm();
        var action = form.TryGetValue("Action", out var value) ? value.ToString() : "";
        var topic = form.TryGetValue("TopicArn", out var arn) ? arn.ToString() : "";
        return new(upstream, Single(action), LastOf(LastOf(LastOf(topic, ':'), '-'), '_'));
    }

    private static string Row(JsonElement request)
    {
        if (request.TryGetProperty("IndexName", out _))
            return "OPEN";

        if (!request.TryGetProperty("Item", out var key) && !request.TryGetProperty("Key", out key))
            return request.TryGetProperty("KeyConditionExpression", out _) ? "MSG" : "";

        var (partition, sort) = (Text(key, "pk", "S"), Text(key, "sk", "S"));
        return (partition, sort) switch
        {
            (_, "JOB") => "JOB",
            _ when sort.StartsWith("MSG#", StringComparison.Ordinal) => "MSG",
            _ when sort.StartsWith("FAILURE#", StringComparison.Ordinal) => "FAILURE",
            _ when partition.StartsWith("USER#", StringComparison.Ordinal) => "CHAT",
            _ => "",
        };
    }

    private static string Single(string name) => name.EndsWith(Batch, StringComparison.Ordinal) ? name[..^Batch.Length] : name;

    private static string LastOf(string text, char separator) => text[(text.LastIndexOf(separator) + 1)..];

    private static string Text(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return "";
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
    }
}
