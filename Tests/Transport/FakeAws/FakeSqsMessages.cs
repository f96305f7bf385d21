using System.Globalization;
using System.Text.Json.Nodes;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>Messages in and out.</summary>
internal sealed partial class FakeSqs
{
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(20);

    private async Task<JsonObject> ReceiveAsync(JsonObject input, CancellationToken cancellationToken)
    {
        FakeQueue queue;
        lock (account.Gate)
            queue = Queue(input);
        var most = Number(input, "MaxNumberOfMessages") ?? 1;
        if (most is < 1 or > MostEntries)
            throw AwsError.Parameter($"Value {most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10.");
        var wait = TimeSpan.FromSeconds(Number(input, "WaitTimeSeconds") ?? (int)queue.Seconds("ReceiveMessageWaitTimeSeconds").TotalSeconds);
        if (wait < TimeSpan.Zero || wait > MostWait)
            throw AwsError.Parameter($"Value {wait} for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20.");

        var end = account.Clock.GetUtcNow() + wait;
        while (true)
        {
            TimeSpan pause;
            Task changed;
            lock (account.Gate)
            {
                if (queue.Deleted)
                    throw AwsError.NoQueue();

                var visibility = Number(input, "VisibilityTimeout") is { } seconds
                    ? TimeSpan.FromSeconds(seconds)
                    : queue.Seconds("VisibilityTimeout");
                var taken = queue.Take(most, visibility);
                var now = account.Clock.GetUtcNow();
                if (taken.Count > 0 || now >= end)
                    return Answer(taken, input);

                var next = queue.NextVisible() is { } visible && visible < end ? visible : end;
                (pause, changed) = (next - now, queue.Changed);
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(changed, Task.Delay(pause, account.Clock, waiting.Token));
            await waiting.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static JsonObject Answer(List<StoredMessage> messages, JsonObject input)
    {
        var wanted = Strings(input["MessageSystemAttributeNames"]).Concat(Strings(input["AttributeNames"])).ToArray();
        var withAttributes = Strings(input["MessageAttributeNames"]).Length > 0;
        if (messages.Count == 0)
            return [];

        return new JsonObject { ["Messages"] = new JsonArray([.. messages.Select(x => (JsonNode)Received(x, wanted, withAttributes))]) };
    }

    private static JsonObject Received(StoredMessage message, string[] wanted, bool withAttributes)
    {
        var system = new Dictionary<string, string?>
        {
            ["ApproximateReceiveCount"] = message.Receives.ToString(CultureInfo.InvariantCulture),
            ["SentTimestamp"] = message.Sent.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["ApproximateFirstReceiveTimestamp"] = message.FirstReceived!.Value.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
            ["MessageGroupId"] = message.GroupId,
            ["MessageDeduplicationId"] = message.DeduplicationId,
            ["SequenceNumber"] = message.GroupId is null ? null : message.Sequence.ToString("D20", CultureInfo.InvariantCulture),
        };
        var json = new JsonObject
        {
            ["MessageId"] = message.Id,
            ["ReceiptHandle"] = message.Receipt,
            ["Body"] = message.Body,
            ["MD5OfBody"] = Checksums.Of(message.Body),
        };
        var chosen = system.Where(x => x.Value is not null && (wanted.Contains("All") || wanted.Contains(x.Key))).ToList();
        if (chosen.Count > 0)
            json["Attributes"] = new JsonObject(chosen.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)x.Value)));
        if (withAttributes && message.Attributes.Count > 0)
        {
            json["MessageAttributes"] = message.Attributes.DeepClone();
            json["MD5OfMessageAttributes"] = Checksums.Of(message.Attributes);
        }

        return json;
    }

    private static JsonObject Send(FakeQueue queue, JsonObject input)
    {
        var body = Text(input, "MessageBody");
        var attributes = (input["MessageAttributes"] as JsonObject)?.DeepClone().AsObject() ?? [];
        var (group, deduplication, delay) = (Text(input, "MessageGroupId"), Text(input, "MessageDeduplicationId"), Number(input, "DelaySeconds"));
        MessageRules.Check(body, attributes, Math.Min(MessageRules.SqsBytes, int.Parse(queue.Number("MaximumMessageSize"), null)));
        MessageRules.CheckFifo(queue, group, deduplication, delay);
        var id = queue.Add(body!, attributes, group, deduplication, delay is { } seconds ? TimeSpan.FromSeconds(seconds) : null);
        var answer = new JsonObject { ["MessageId"] = id, ["MD5OfMessageBody"] = Checksums.Of(body!) };
        if (attributes.Count > 0)
            answer["MD5OfMessageAttributes"] = Checksums.Of(attributes);
        return answer;
    }

    private static JsonObject SendBatch(FakeQueue queue, List<JsonObject> entries, AwsFault? fault)
    {
        var size = entries.Sum(x => MessageRules.Size(Text(x, "MessageBody") ?? "", x["MessageAttributes"] as JsonObject ?? []));
        if (size > MessageRules.SqsBytes)
        {
            throw new AwsError("BatchRequestTooLong",
                $"Batch requests cannot be longer than {MessageRules.SqsBytes} bytes. You have sent {size} bytes.",
                "AWS.SimpleQueueService.BatchRequestTooLong");
        }

        return Batch(entries, fault, x => Send(queue, x));
    }

    private static JsonObject Batch(List<JsonObject> entries, AwsFault? fault, Func<JsonObject, JsonObject> carryOut)
    {
        var (successful, failed) = (new JsonArray(), new JsonArray());
        for (var index = 0; index < entries.Count; index++)
        {
            var id = Text(entries[index], "Id");
            try
            {
                if (fault?.Entry?.Invoke(index) is { } injected)
                    throw injected;

                var answer = carryOut(entries[index]);
                answer["Id"] = id;
                if (fault?.Forgotten?.Invoke(index) != true)
                    successful.Add((JsonNode)answer);
            }
            catch (AwsError error)
            {
                failed.Add((JsonNode)new JsonObject
                {
                    ["Id"] = id,
                    ["Code"] = error.Code,
                    ["Message"] = error.Message,
                    ["SenderFault"] = error.SenderFault,
                });
            }
        }

        // SDK v4 makes null of an empty list, and of a missing one: AWS leaves it out.
        var result = new JsonObject();
        if (successful.Count > 0)
            result["Successful"] = successful;
        if (failed.Count > 0)
            result["Failed"] = failed;
        return result;
    }

    private static void Change(FakeQueue queue, JsonObject input) =>
        queue.ChangeVisibility(Text(input, "ReceiptHandle")!, Number(input, "VisibilityTimeout") ?? 0);

    private static List<JsonObject> Entries(JsonObject input)
    {
        List<JsonObject> entries = [.. (input["Entries"] as JsonArray ?? []).Select(x => x!.AsObject())];
        if (entries.Count == 0)
            throw Batch("EmptyBatchRequest", "There should be at least one entry in the request.");
        if (entries.Count > MostEntries)
            throw Batch("TooManyEntriesInBatchRequest", $"Maximum number of entries per request are 10. You have sent {entries.Count}.");
        if (entries.Select(x => Text(x, "Id")).Distinct().Count() < entries.Count)
            throw Batch("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
        return entries;

        static AwsError Batch(string shape, string message) => new(shape, message, "AWS.SimpleQueueService." + shape);
    }

    private static int? Number(JsonObject input, string name) => input[name]?.GetValue<int>();
}
