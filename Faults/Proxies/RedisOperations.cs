using System.Globalization;

namespace CloudIa.Faults.Proxies;

/// <summary>Recognises Redis's commands by their name and the form of their key.</summary>
internal static class RedisOperations
{
    private const string LogPrefix = "cloudia:job:";

    public static Operation Recognise(IReadOnlyList<string> command)
    {
        if (command.Count == 0)
            return new(Upstream.Redis, "", "");

        var name = command[0].ToUpperInvariant();
        if (name is "EVAL" or "EVALSHA" && command.Count > 3 && int.TryParse(command[2], NumberStyles.None, CultureInfo.InvariantCulture, out var keys))
            return new(Upstream.Redis, "EVAL", keys > 0 ? Script(command[3], command.Count - 3 - keys) : "");

        return new(Upstream.Redis, name, command.Count > 1 ? Key(command[1]) : "");
    }

    /// <summary>The event log's scripts share their keys, and are told apart by the number of their arguments.</summary>
    private static string Script(string key, int arguments) => (Key(key), arguments) switch
    {
        ("log", 3) => "log:accept",
        ("log", 7) => "log:begin",
        ("log", 6) => "log:write",
        ("log", 4) => "log:stop",
        ("log", _) => "log:other",
        var (kind, _) => kind,
    };

    private static string Key(string key) => key switch
    {
        _ when key.StartsWith(LogPrefix, StringComparison.Ordinal) => "log",
        _ when key.StartsWith("cloudia:listeners:", StringComparison.Ordinal) => "listeners",
        _ when key.StartsWith("chat-job-waiting:", StringComparison.Ordinal) => "waiting",
        _ when key.StartsWith("chat-job:", StringComparison.Ordinal) => "saga",
        "chat-job-deadlines" => "deadlines",
        "chat-job-sweeper" => "sweeper",
        _ => "",
    };
}
