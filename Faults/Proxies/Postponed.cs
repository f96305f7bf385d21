using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudIa.Faults.Proxies;

/// <summary>Gives messages on their way to SQS a delay of seconds each. What the sender checks (the body's MD5) stays as it is.</summary>
internal static class Postponed
{
    private const string DelaySeconds = "DelaySeconds";

    /// <returns>The body as it is to be passed on.</returns>
    public static byte[] Body(byte[] body, Func<int> seconds)
    {
        JsonNode? request;
        try
        {
            request = JsonNode.Parse(body);
        }
        catch (JsonException)
        {
            return body;
        }

        if (request is not JsonObject message)
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

        return JsonSerializer.SerializeToUtf8Bytes(request);
    }

    private static void Add(JsonObject message, int seconds) =>
        message[DelaySeconds] = (message[DelaySeconds]?.GetValue<int>() ?? 0) + seconds;
}
