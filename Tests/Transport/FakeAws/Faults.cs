namespace CloudIa.Tests.Transport.FakeAws;

/// <summary>What shall go wrong, by the name of the call. The first rule that fits is taken.</summary>
internal sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly List<Rule> _rules = [];

    /// <param name="action">A call's name, or * for all.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="times">How often; default: until the result is disposed.</param>
    /// <param name="entity">Of this queue or topic alone.</param>
    public Rule On(string action, AwsFault fault, int times = int.MaxValue, string? entity = null)
    {
        var rule = new Rule(this, action, fault, entity) { Left = times };
        lock (_gate)
            _rules.Add(rule);
        return rule;
    }

    public AwsFault? Next(string action, string entity)
    {
        lock (_gate)
        {
            var rule = _rules.Find(x => x.Left > 0 && (x.Action == "*" || x.Action == action) && (x.Entity is null || x.Entity == entity));
            if (rule is null)
                return null;

            rule.Left--;
            rule.Hits++;
            return rule.Fault;
        }
    }

    internal sealed class Rule(Faults owner, string action, AwsFault fault, string? entity) : IDisposable
    {
        public string Action => action;

        public string? Entity => entity;

        public AwsFault Fault => fault;

        public int Left { get; set; }

        /// <summary>How often it happened.</summary>
        public int Hits { get; set; }

        public void Dispose()
        {
            lock (owner._gate)
                owner._rules.Remove(this);
        }
    }
}
