using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudIa.Contracts.Client;

namespace CloudIa.Notifier.Documents;

/// <summary>
/// The AsyncAPI 3.0 document of what listeners get and may send. The events' schemas are made from the types that are sent; the frames of the raw
/// WebSocket are written here, and held to what that one sends and takes by a test.
/// </summary>
internal static class AsyncApiDocument
{
    private const string Socket = "socket";
    private const string Stream = "eventStream";
    private const string Hub = "hub";
    private const string Gateway = "apiGateway";

    private const string Part = "part";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The frames of the raw WebSocket that are no events: what the service says, and what a client may.</summary>
    private static readonly (string Name, bool FromService, string Summary, string Schema)[] Frames =
    [
        ("connected", true, "The first frame.", """{"type":"object","required":["status","connectionId","sessionId"],"properties":{"status":{"const":"connected"},"connectionId":{"type":"string"},"sessionId":{"type":"string"}},"additionalProperties":false}"""),
        ("subscribed", true, "What is asked for follows: a job's events after lastSeq, a chat's (and its last job's after lastSeq), or all of the user's.", """{"type":"object","required":["status"],"oneOf":[{"required":["jobId","lastSeq"]},{"required":["chatId"]},{"required":["scope"]}],"properties":{"status":{"const":"subscribed"},"jobId":{"type":"string","format":"uuid"},"chatId":{"type":"string","format":"uuid"},"scope":{"const":"user"},"lastSeq":{"type":"integer","minimum":0}},"additionalProperties":false}"""),
        ("unsubscribed", true, "It is no longer listened to. What is listened to otherwise still is.", """{"type":"object","required":["status"],"oneOf":[{"required":["jobId"]},{"required":["chatId"]},{"required":["scope"]}],"properties":{"status":{"const":"unsubscribed"},"jobId":{"type":"string","format":"uuid"},"chatId":{"type":"string","format":"uuid"},"scope":{"const":"user"}},"additionalProperties":false}"""),
        ("pong", true, "The answer to ping.", """{"type":"object","required":["status"],"properties":{"status":{"const":"pong"}},"additionalProperties":false}"""),
        ("refused", true, "A frame that could not be followed, and why. The connection stays.", """{"type":"object","required":["status","message"],"properties":{"status":{"const":"error"},"message":{"type":"string"},"jobId":{"type":"string","format":"uuid"},"chatId":{"type":"string","format":"uuid"}},"additionalProperties":false}"""),
        (Part, true, "API Gateway only: a part of an event that is over 32,000 bytes, with the event's other fields. The pieces of content joined in order are the event's.", """{"type":"object","required":["event","jobId","chatId","attempt","timestamp","content","part","parts"],"properties":{"event":{"enum":["message_delta","message_completed"]},"jobId":{"type":"string","format":"uuid"},"chatId":{"type":"string","format":"uuid"},"seq":{"type":"integer"},"attempt":{"type":"integer"},"timestamp":{"type":"string","format":"date-time"},"content":{"type":"string"},"part":{"type":"integer","minimum":1},"parts":{"type":"integer","minimum":2}}}"""),
        ("subscribe", false, "Listen to one job, from after a number (0, or left out: from the beginning); to a chat, with its last job where that is open or lastSeq is given; or to all jobs of the user.", """{"type":"object","required":["action"],"oneOf":[{"required":["jobId"]},{"required":["chatId"]},{"required":["scope"],"properties":{"lastSeq":false}}],"properties":{"action":{"const":"subscribe"},"jobId":{"type":"string","format":"uuid"},"chatId":{"type":"string","format":"uuid"},"scope":{"const":"user"},"lastSeq":{"type":"integer","minimum":0}},"additionalProperties":false}"""),
        ("unsubscribe", false, "Listen to it no longer.", """{"type":"object","required":["action"],"oneOf":[{"required":["jobId"]},{"required":["chatId"]},{"required":["scope"]}],"properties":{"action":{"const":"unsubscribe"},"jobId":{"type":"string","format":"uuid"},"chatId":{"type":"string","format":"uuid"},"scope":{"const":"user"}},"additionalProperties":false}"""),
        ("ack", false, "All events of a job up to this number have arrived: a connection of the same session goes on from there by itself. It has no answer, but where it is wrong.", """{"type":"object","required":["action","jobId","seq"],"properties":{"action":{"const":"ack"},"jobId":{"type":"string","format":"uuid"},"seq":{"type":"integer","minimum":1}},"additionalProperties":false}"""),
        ("ping", false, "Answered with pong.", """{"type":"object","required":["action"],"properties":{"action":{"const":"ping"}},"additionalProperties":false}"""),
    ];

    private static readonly IReadOnlyDictionary<string, JsonObject> Events = ClientEventJson.Schemas();

    public static string Text { get; } = Make().ToJsonString(Indented);

    /// <summary>Names of frames, and their schemas.</summary>
    public static IReadOnlyDictionary<string, JsonObject> FrameSchemas => Frames.ToDictionary(x => x.Name, x => JsonNode.Parse(x.Schema)!.AsObject());

    private static JsonObject Make()
    {
        string[] events = [.. Events.Keys];
        string[] said = [.. Frames.Where(x => x.FromService && x.Name != Part).Select(x => x.Name)];
        string[] asked = [.. Frames.Where(x => !x.FromService).Select(x => x.Name)];
        return new()
        {
            ["asyncapi"] = "3.0.0",
            ["info"] = new JsonObject
            {
                ["title"] = "CloudIa, listening",
                ["version"] = "v1",
                ["description"] = "Every event of a job has a number (seq), the same on every wire: a reader can leave one and go on over another.",
            },
            ["defaultContentType"] = "application/json",
            ["channels"] = new JsonObject
            {
                [Socket] = Channel(NotifierPaths.WebSocket, "All jobs of the user, or with ?scope=none those that are subscribed to, over a raw WebSocket: one JSON object a text frame. Who connects says so by the header Authorization, or in a browser by ?ticket= of POST /ws/ticket; when that login ends the connection is closed with 3000.", [.. events, .. said, .. asked]),
                [Hub] = Channel(NotifierPaths.Hub, "The same over SignalR: the client's method OnEvent gets them, and so does the stream of StreamJob(jobId, lastSeq). In a browser ?access_token= takes the place of the header Authorization.", events),
                [Stream] = JobChannel(events),
                [Gateway] = Channel("/", "All jobs of the user, over a WebSocket API of Amazon API Gateway, at its own address: as over the raw WebSocket, and long events in parts.", [.. events, .. said, Part, .. asked]),
            },
            ["operations"] = new JsonObject
            {
                ["tell"] = Operation("send", Socket, [.. events, .. said]),
                ["listen"] = Operation("receive", Socket, asked),
                ["tellOverApiGateway"] = Operation("send", Gateway, [.. events, .. said, Part]),
                ["listenOverApiGateway"] = Operation("receive", Gateway, asked),
                ["push"] = Operation("send", Hub, events),
                ["stream"] = Operation("send", Stream, events),
            },
            ["components"] = new JsonObject
            {
                ["messages"] = new JsonObject(
                [
                    .. Events.Select(x => Message(x.Key, null)),
                    .. Frames.Select(x => Message(x.Name, x.Summary)),
                ]),
                ["schemas"] = new JsonObject(
                [
                    .. Events.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)x.Value.DeepClone())),
                    .. FrameSchemas.Select(x => KeyValuePair.Create(x.Key, (JsonNode?)x.Value)),
                ]),
            },
        };
    }

    private static JsonObject JobChannel(string[] events)
    {
        var channel = Channel("/chat/jobs/{jobId}/events", "One job as server-sent events: each data line is one of these, its id is the seq. Served by Api.", events);
        channel["parameters"] = new JsonObject { ["jobId"] = new JsonObject { ["description"] = "A job of the caller." } };
        return channel;
    }

    private static JsonObject Channel(string address, string description, string[] messages) => new()
    {
        ["address"] = address,
        ["description"] = description,
        ["messages"] = new JsonObject([.. messages.Select(x => KeyValuePair.Create(x, (JsonNode?)Reference($"#/components/messages/{x}")))]),
    };

    private static JsonObject Operation(string action, string channel, string[] messages) => new()
    {
        ["action"] = action,
        ["channel"] = Reference($"#/channels/{channel}"),
        ["messages"] = new JsonArray([.. messages.Select(x => Reference($"#/channels/{channel}/messages/{x}"))]),
    };

    private static KeyValuePair<string, JsonNode?> Message(string name, string? summary)
    {
        var message = new JsonObject { ["name"] = name, ["payload"] = Reference($"#/components/schemas/{name}") };
        if (summary is not null)
            message["summary"] = summary;
        return new(name, message);
    }

    private static JsonObject Reference(string to) => new() { ["$ref"] = to };
}
