using CloudIa.Faults.Model;
using CloudIa.Faults.Proxies;

namespace CloudIa.Faults.Scenarios;

/// <summary>The table of troubles.</summary>
internal static class AllScenarios
{
    private static readonly OperationPattern Messaging = new(Upstream.Messaging);
    private static readonly OperationPattern Store = new(Upstream.Store);
    private static readonly OperationPattern Redis = new(Upstream.Redis);
    private static readonly OperationPattern Sends = new(Upstream.Messaging, "SendMessage");
    private static readonly OperationPattern Publishes = new(Upstream.Messaging, "Publish");
    private static readonly OperationPattern Renewals = new(Upstream.Messaging, "ChangeMessageVisibility");

    public static IReadOnlyList<Scenario> List { get; } =
    [
        new("calm", "nothing", Breaks.NothingAsync),
        new("kills", "kill -9 of any service, at any time", Breaks.KillAnyAsync) { Jobs = 4, Kills = 3 },
        new("points", "kill -9 at every kill point", Breaks.KillAtPointsAsync) { Jobs = 4, Kills = 2 },
        new("lost-answers", "3 % of all answers lost after the fact (SQS, SNS, DynamoDB, Redis)", Breaks.With(
            new(Messaging, Fault.LoseResponse, 0.03), new(Store, Fault.LoseResponse, 0.03), new(Redis, Fault.LoseResponse, 0.003))),
        new("lost-requests", "3 % of all requests lost", Breaks.With(
            new(Messaging, Fault.LoseRequest, 0.03), new(Store, Fault.LoseRequest, 0.03), new(Redis, Fault.LoseRequest, 0.003))),
        new("lost-messages", "5 % of all messages gone (SQS loses none; a purged queue does)", Breaks.With(
            new Rule(new(Upstream.Messaging, "ReceiveMessage"), Fault.Vanish, 0.05))),
        Duplicates("duplicates-1", "1 % of all messages twice, commands up to 4 s later", 0.01),
        Duplicates("duplicates-30", "30 % of all messages twice, commands up to 4 s later", 0.3),
        Duplicates("duplicates-100", "every message twice, commands up to 4 s later", 1),
        new("reordered", "half of all commands 1–4 s late, events up to 1 s", Breaks.With(
            new(Sends, Fault.Postpone, 0.5) { Least = TimeSpan.FromSeconds(1), Most = TimeSpan.FromSeconds(4) },
            new(Publishes, Fault.Delay, 0.5))),
        new("throttled", "20 % of all calls to SQS, SNS and DynamoDB throttled", Breaks.With(
            new(Messaging, Fault.Throttle, 0.2), new(Store, Fault.Throttle, 0.2))),
        new("no-sqs", "SQS and SNS away, again and again for 3–7 s", Breaks.Outages(new Rule(Messaging, Fault.Refuse))) { Rounds = 5 },
        new("no-answer-to-sends", "SQS takes every message, and for 3–7 s, again and again, no answer comes back", Breaks.Outages(new Rule(Sends, Fault.LoseResponse))) { Rounds = 5 },
        new("no-dynamodb", "DynamoDB away, again and again for 3–7 s", Breaks.Outages(new Rule(Store, Fault.Refuse))) { Rounds = 5 },
        new("paused", "one service stands still for 3–9 s (SIGSTOP), again and again", Breaks.PauseAsync) { Rounds = 8 },
        new("paused-in-mid-answer", "a Processor stands still for 7–9 s in the middle of slow answers", Breaks.PauseInMidAnswerAsync)
        {
            Rounds = 6, Model = new ModelFaults { Slow = 0.5 },
        },
        new("rolling", "rolling update: each service ended (SIGTERM) and started as the next version, one after another", Breaks.RollAsync) { Rounds = 2 },
        new("redis-cut", "connections to Redis cut and refused for 1–5 s, for half of the services", Breaks.CutRedisAsync) { Rounds = 8 },
        new("redis-killed", "kill -9 and restart of redis-server", Breaks.KillRedisAsync) { NeedsRedisServer = true, Rounds = 6 },
        new("redis-lost", "all that Redis holds is gone (FLUSHALL)", Breaks.FlushRedisAsync) { Rounds = 5 },
        new("model", "the model: 429, 5xx, cut, stalled, without an end, slow", Breaks.NothingAsync)
        {
            Model = new ModelFaults { TooMany = 0.1, Error = 0.1, Cut = 0.1, Stall = 0.05, NoEnd = 0.05, Slow = 0.1 },
        },
        new("visibility", "no visibility can be renewed, and half of the answers take longer than it lasts",
            Breaks.With(new Rule(Renewals, Fault.Refuse)))
        {
            Model = new ModelFaults { Slow = 0.5 }, Jobs = 0.5,
        },
        new("kills-and-all", "kill -9, with duplicates, lost answers and a bad model at once", KillsAndAllAsync)
        {
            Jobs = 2, Kills = 1,
            Model = new ModelFaults { TooMany = 0.05, Error = 0.05, Cut = 0.05, Slow = 0.05 },
        },
    ];

    private static Scenario Duplicates(string name, string title, double part) =>
        new(name, title, Breaks.With(new(Sends, Fault.Duplicate, part) { Most = TimeSpan.FromSeconds(4) }, new(Publishes, Fault.Duplicate, part))) { Jobs = 0.7 };

    private static Task KillsAndAllAsync(ScenarioContext context)
    {
        context.SetRules(
            new(Sends, Fault.Duplicate, 0.2), new(Publishes, Fault.Duplicate, 0.2),
            new(Messaging, Fault.LoseResponse, 0.01), new(Store, Fault.LoseResponse, 0.01), new(Sends, Fault.Postpone, 0.1));
        return Breaks.KillAnyAsync(context);
    }
}
