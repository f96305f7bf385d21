using System.Globalization;
using System.Text;
using CloudIa.Faults.Ledger;
using CloudIa.Faults.Load;
using CloudIa.Faults.Model;
using CloudIa.Faults.Proxies;
using CloudIa.Faults.Scenarios;

namespace CloudIa.Faults.Mistakes;

/// <summary>
/// The known mistakes that show at the edges. Those inside one message's handling (sent before saved, a turn not waited for) are made in the model
/// of the saga (Tests/Sagas/Model), those of one write (without NX, without a condition)
/// in the suites of the repository and the table.
/// </summary>
internal static class AllMistakes
{
    private static readonly OperationPattern Receives = new(Upstream.Messaging, "ReceiveMessage");

    /// <summary>The sweeper's lease is never had.</summary>
    private static readonly Rewrite NoSweeper = Rewrite.InScripts("if holder and holder ~= ARGV[1] then return 0 end", "if true then return 0 end");

    /// <summary>What each write of a run begins with.</summary>
    private const string Fence = "if run[1] ~= ARGV[3] or math.max(tonumber(run[2] or '0'), tonumber(run[4] or '0')) >= tonumber(ARGV[2]) then return 0 end";

    /// <summary>What the end of an attempt begins with.</summary>
    private const string OneEnd = "if tonumber(run[2] or '0') >= attempt or tonumber(run[1] or '0') > attempt then return 0 end";

    private static readonly Scenario Kills = new("kills", "kill -9 of Sagas, Processor and Notifier", context =>
        Breaks.KillAsync(context, [.. context.Fleet.All.Where(x => x.Project != "Api")]));

    private static readonly Scenario Paused = new("paused", "a Processor stands still for 7–9 s in the middle of slow answers", Breaks.PauseInMidAnswerAsync)
    {
        Rounds = 6,
        Model = new ModelFaults { Slow = 0.5 },
    };

    private static readonly Scenario Twice = new("twice", "every message twice, commands up to 4 s later; many cancel and retry", Breaks.With(
        new(new(Upstream.Messaging, "SendMessage"), Fault.Duplicate) { Most = TimeSpan.FromSeconds(4) },
        new(new(Upstream.Messaging, "Publish"), Fault.Duplicate)))
    {
        Shape = new LoadShape { Cancel = 0.7, Retry = 1, Impatient = 0 },
    };

    private static readonly Scenario LostMessages = new("lost-messages", "a fifth of all messages gone", Breaks.With(
        new Rule(Receives, Fault.Vanish, 0.2)));

    private static readonly Scenario Calm = new("calm", "nothing", Breaks.NothingAsync)
    {
        Shape = new LoadShape { Reconnect = 0.5 },
    };

    public static IReadOnlyList<Mistake> List { get; } =
    [
        new("ack-before-work", "messages are acknowledged before the work (and nobody sweeps)", Kills, FindingKind.Stuck)
        {
            Rules = [new(Receives, Fault.Acknowledge)], Rewrites = [NoSweeper], Kills = 4, Jobs = 30,
        },
        new("no-sweeper", "nobody sweeps", LostMessages, FindingKind.Stuck) { Rewrites = [NoSweeper], Jobs = 30 },
        new("no-fence", "an older run of the model may write what it likes", Paused, FindingKind.Spliced) { Rewrites = [Rewrite.InScripts(Fence, "")] },
        new("no-reset", "a new run goes on after the pieces of the one before", Paused, FindingKind.Spliced)
        {
            Rewrites = [Rewrite.InScripts("if run[4] then", "if false then")],
        },
        new("two-ends", "an attempt's end is told as often as it is asked for", Twice, FindingKind.Doubled) { Rewrites = [Rewrite.InScripts(OneEnd, "")], Jobs = 30 },
        new("gap", "a listener that comes back misses an event", Calm, FindingKind.Spliced) { Rewrites = [new(new(Upstream.Redis, "LRANGE", "log"), SkipOne)] },
    ];

    /// <summary>LRANGE key start stop: from one later on, where it is not from the beginning.</summary>
    private static bool SkipOne(List<byte[]> words)
    {
        if (words.Count != 4 || !int.TryParse(Encoding.ASCII.GetString(words[2]), CultureInfo.InvariantCulture, out var from) || from == 0)
            return false;

        words[2] = Encoding.ASCII.GetBytes((from + 1).ToString(CultureInfo.InvariantCulture));
        return true;
    }
}
