using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>The calls of SQS.</summary>
internal sealed partial class FakeSqs(FakeAccount account)
{
    private const int MostEntries = 10;

    public async Task<JsonObject> CallAsync(string action, JsonObject input, AwsFault? fault, CancellationToken cancellationToken)
    {
        if (action == "ReceiveMessage")
            return await ReceiveAsync(input, cancellationToken);

        lock (account.Gate)
        {
            return action switch
            {
                "CreateQueue" => Create(input),
                "GetQueueUrl" => new JsonObject { ["QueueUrl"] = Named(Text(input, "QueueName")!).Url },
                "GetQueueAttributes" => Attributes(Queue(input), Strings(input["AttributeNames"])),
                "SetQueueAttributes" => Set(Queue(input), Map(input["Attributes"])),
                "DeleteQueue" => Delete(Queue(input)),
                "PurgeQueue" => Purge(Queue(input)),
                "ListQueueTags" => new JsonObject { ["Tags"] = Json(Queue(input).Tags) },
                "ListQueues" => new JsonObject { ["QueueUrls"] = new JsonArray([.. account.Queues.Values.Select(x => (JsonNode)x.Url)]) },
                "SendMessage" => Send(Queue(input), input),
                "SendMessageBatch" => SendBatch(Queue(input), Entries(input), fault),
                "DeleteMessage" => Do(() => Queue(input).Delete(Text(input, "ReceiptHandle")!)),
                "DeleteMessageBatch" => Batch(Entries(input), fault, x =>
                    Do(() => Queue(input).Delete(Text(x, "ReceiptHandle")!))),
                "ChangeMessageVisibility" => Do(() => Change(Queue(input), input)),
                "ChangeMessageVisibilityBatch" => Batch(Entries(input), fault, x => Do(() => Change(Queue(input), x))),
                _ => throw new AwsError("InvalidAction", $"The fake does not know {action}."),
            };
        }
    }

    private JsonObject Create(JsonObject input)
    {
        var name = Text(input, "QueueName") ?? "";
        var attributes = Map(input["Attributes"]);
        if (!QueueName().IsMatch(name) || name.Length > 80)
            throw AwsError.Parameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");

        QueueAttributes.Check(account, name, attributes, creating: true);
        if (account.Queues.TryGetValue(name, out var existing))
        {
            // Only what is asked for is compared.
            foreach (var (key, value) in attributes)
            {
                if ((existing.Attributes.GetValueOrDefault(key) ?? QueueAttributes.Defaults.GetValueOrDefault(key)) != value)
                {
                    throw new AwsError("QueueNameExists",
                        $"A queue already exists with the same name and a different value for attribute {key}", "QueueAlreadyExists");
                }
            }

            return new JsonObject { ["QueueUrl"] = existing.Url };
        }

        if (account.Deleted.TryGetValue(name, out var until) && until > account.Clock.GetUtcNow())
        {
            throw new AwsError("QueueDeletedRecently",
                "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
                "AWS.SimpleQueueService.QueueDeletedRecently");
        }

        var queue = account.Queues[name] = new FakeQueue(account, name, attributes, Map(input["tags"]));
        return new JsonObject { ["QueueUrl"] = queue.Url };
    }

    private static JsonObject Attributes(FakeQueue queue, string[] names)
    {
        var all = new Dictionary<string, string>(QueueAttributes.Defaults);
        foreach (var (key, value) in queue.Attributes)
            all[key] = value;
        var inFlight = queue.InFlight;
        var delayed = queue.Messages.Count(x => x.Receives == 0 && x.VisibleAt > queue.Now);
        all["QueueArn"] = queue.Arn;
        all["ApproximateNumberOfMessages"] = $"{queue.Messages.Count - inFlight - delayed}";
        all["ApproximateNumberOfMessagesNotVisible"] = $"{inFlight}";
        all["ApproximateNumberOfMessagesDelayed"] = $"{delayed}";
        return new JsonObject { ["Attributes"] = Json(names.Contains("All") ? all : all.Where(x => names.Contains(x.Key)).ToDictionary()) };
    }

    private JsonObject Set(FakeQueue queue, Dictionary<string, string> attributes)
    {
        QueueAttributes.Check(account, queue.Name, attributes, creating: false);
        foreach (var (key, value) in attributes)
            queue.Attributes[key] = value;
        return [];
    }

    private JsonObject Delete(FakeQueue queue)
    {
        queue.Deleted = true;
        account.Queues.Remove(queue.Name);
        account.Deleted[queue.Name] = account.Clock.GetUtcNow() + account.DeletedFor;
        queue.Wake();
        return [];
    }

    private JsonObject Purge(FakeQueue queue)
    {
        var now = account.Clock.GetUtcNow();
        if (queue.Purged is { } purged && now - purged < TimeSpan.FromSeconds(60))
        {
            throw new AwsError("PurgeQueueInProgress", $"Only one PurgeQueue operation on {queue.Name} is allowed every 60 seconds.",
                "AWS.SimpleQueueService.PurgeQueueInProgress", 403);
        }

        queue.Purged = now;
        queue.Messages.Clear();
        return [];
    }

    private FakeQueue Named(string name) => account.Queues.GetValueOrDefault(name) ?? throw AwsError.NoQueue();

    private FakeQueue Queue(JsonObject input) => Named((Text(input, "QueueUrl") ?? "").Split('/')[^1]);

    private static JsonObject Do(Action action)
    {
        action();
        return [];
    }

    private static JsonObject Json(Dictionary<string, string> values) =>
        new(values.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)x.Value)));

    private static Dictionary<string, string> Map(JsonNode? node) =>
        (node as JsonObject)?.ToDictionary(x => x.Key, x => x.Value!.GetValue<string>()) ?? [];

    private static string[] Strings(JsonNode? node) => (node as JsonArray)?.Select(x => x!.GetValue<string>()).ToArray() ?? [];

    private static string? Text(JsonNode? node, string name) => node?[name]?.GetValue<string>();

    [GeneratedRegex(@"^[A-Za-z0-9_\-]+(\.fifo)?$")]
    private static partial Regex QueueName();
}
