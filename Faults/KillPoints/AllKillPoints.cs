using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.KillPoints;

/// <summary>The list: every operation that the way of a job to its answer leads over, and the sweeper's search, on both sides. What is written when a job fails (the failure record) is not on it.</summary>
internal static class AllKillPoints
{
    private static readonly (string Service, Upstream Upstream, string Name, string? Target)[] Operations =
    [
        ("Api", Upstream.Store, "UpdateItem", "CHAT"),
        ("Api", Upstream.Store, "PutItem", "JOB"),
        ("Api", Upstream.Store, "UpdateItem", "JOB"),
        ("Api", Upstream.Redis, "EVAL", "log:accept"),
        ("Api", Upstream.Messaging, "SendMessage", "chat-job"),

        ("Sagas", Upstream.Messaging, "ReceiveMessage", "chat-job"),
        ("Sagas", Upstream.Redis, "SET", "saga"),
        ("Sagas", Upstream.Redis, "EVAL", "saga"),
        ("Sagas", Upstream.Redis, "ZADD", "deadlines"),
        ("Sagas", Upstream.Redis, "ZREM", "deadlines"),
        ("Sagas", Upstream.Redis, "SADD", "waiting"),
        ("Sagas", Upstream.Store, "GetItem", "JOB"),
        ("Sagas", Upstream.Store, "Query", "OPEN"),
        ("Sagas", Upstream.Messaging, "SendMessage", "receive-message"),
        ("Sagas", Upstream.Messaging, "SendMessage", "invoke-llm"),
        ("Sagas", Upstream.Messaging, "SendMessage", "persist-message"),
        ("Sagas", Upstream.Messaging, "SendMessage", "notify-client"),
        ("Sagas", Upstream.Messaging, "SendMessage", "chat-job"),
        ("Sagas", Upstream.Messaging, "DeleteMessage", "chat-job"),

        ("Processor", Upstream.Messaging, "ReceiveMessage", "receive-message"),
        ("Processor", Upstream.Messaging, "ReceiveMessage", "invoke-llm"),
        ("Processor", Upstream.Messaging, "ReceiveMessage", "persist-message"),
        ("Processor", Upstream.Store, "GetItem", "JOB"),
        ("Processor", Upstream.Store, "PutItem", "MSG"),
        ("Processor", Upstream.Store, "UpdateItem", "JOB"),
        ("Processor", Upstream.Store, "Query", "MSG"),
        ("Processor", Upstream.Redis, "EVAL", "log:begin"),
        ("Processor", Upstream.Redis, "EVAL", "log:write"),
        ("Processor", Upstream.Redis, "EVAL", "log:stop"),
        ("Processor", Upstream.Redis, "GET", "log"),
        ("Processor", Upstream.Messaging, "Publish", "MessageReceived"),
        ("Processor", Upstream.Messaging, "Publish", "LlmCompleted"),
        ("Processor", Upstream.Messaging, "Publish", "MessagePersisted"),
        ("Processor", Upstream.Messaging, "DeleteMessage", "receive-message"),
        ("Processor", Upstream.Messaging, "DeleteMessage", "invoke-llm"),
        ("Processor", Upstream.Messaging, "DeleteMessage", "persist-message"),

        ("Notifier", Upstream.Messaging, "ReceiveMessage", "notify-client"),
        ("Notifier", Upstream.Redis, "GET", "log"),
        ("Notifier", Upstream.Redis, "EVAL", "log:stop"),
        ("Notifier", Upstream.Redis, "LRANGE", "log"),
        ("Notifier", Upstream.Messaging, "Publish", "ClientNotified"),
        ("Notifier", Upstream.Messaging, "DeleteMessage", "notify-client"),
    ];

    public static IReadOnlyList<KillPoint> List { get; } =
    [
        .. Operations.SelectMany(x => new[] { Moment.Before, Moment.After }
            .Select(moment => new KillPoint(x.Service, new OperationPattern(x.Upstream, x.Name, x.Target), moment))),
    ];
}
