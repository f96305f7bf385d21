using System.Collections.Concurrent;
using CloudIa.Faults.Configuration;
using CloudIa.Faults.KillPoints;

namespace CloudIa.Faults.Proxies;

/// <summary>What is to go wrong for one service process, now. Read by its proxies, changed by scenarios.</summary>
internal sealed class FaultPlan(Dice dice)
{
    private volatile Rule[] _rules = [];
    private volatile Rule[] _mistakes = [];
    private volatile Rewrite[] _rewrites = [];
    private ArmedKill? _kill;

    /// <summary>Ends the service as kill -9 does, and returns when it is gone.</summary>
    public Func<Task> Kill { get; set; } = () => Task.CompletedTask;

    public Dice Dice => dice;

    public IReadOnlyList<Rule> Rules
    {
        get => _rules;
        set => _rules = [.. value];
    }

    /// <summary>What the service itself does wrong: stays when all else is healed.</summary>
    public IReadOnlyList<Rule> Mistakes
    {
        get => _mistakes;
        set => _mistakes = [.. value];
    }

    /// <summary>As <see cref="Mistakes"/>, in commands to Redis.</summary>
    public IReadOnlyList<Rewrite> Rewrites
    {
        get => _rewrites;
        set => _rewrites = [.. value];
    }

    /// <summary>How often each fault was done, by rule: a rule that never came true has proved nothing.</summary>
    public ConcurrentDictionary<Fault, int> Done { get; } = new();

    /// <summary>Operations that went by, for the choice of kill points.</summary>
    public ConcurrentDictionary<Operation, int> Seen { get; } = new();

    public void Arm(ArmedKill? kill) => Volatile.Write(ref _kill, kill);

    /// <summary>Whether this fault is due for the operation, and is counted as done.</summary>
    public bool Due(Fault fault, Operation operation) => Find(fault, operation) is not null;

    public TimeSpan Delay(Operation operation) => Find(Fault.Delay, operation) is { } rule ? dice.Between(rule.Least, rule.Most) : TimeSpan.Zero;

    public Rule? Find(Fault fault, Operation operation) => Find(_rules, fault, operation) ?? Find(_mistakes, fault, operation);

    /// <summary>Whether a command to Redis is another one now.</summary>
    public bool Change(Operation operation, Func<List<byte[]>> words, out List<byte[]> changed)
    {
        changed = [];
        foreach (var rewrite in _rewrites)
        {
            if (!rewrite.Operation.Matches(operation))
                continue;

            if (changed.Count == 0)
                changed = words();
            if (rewrite.Change(changed))
            {
                Count(Fault.Rewrite);
                return true;
            }
        }

        return false;
    }

    private Rule? Find(Rule[] rules, Fault fault, Operation operation)
    {
        foreach (var rule in rules)
        {
            if (rule.Fault == fault && rule.Operation.Matches(operation) && dice.Hits(rule.Probability))
            {
                Count(fault);
                return rule;
            }
        }

        return null;
    }

    private void Count(Fault fault) => Done.AddOrUpdate(fault, 1, (_, count) => count + 1);

    /// <summary>Whether the service is to die at this operation.</summary>
    public bool Trips(Operation operation, Moment moment)
    {
        if (moment == Moment.Before)
            Seen.AddOrUpdate(operation, 1, (_, count) => count + 1);

        var kill = Volatile.Read(ref _kill);
        return kill is not null && kill.Trips(operation, moment) && Interlocked.CompareExchange(ref _kill, null, kill) == kill;
    }
}
