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
    public Rule On(string action, Fault fault, int times = int.MaxValue, string? entity = null)
    {
        var rule = new Rule(this, action, fault, entity) { Left = times };
        lock (_gate)
            _rules.Add(rule);
        return rule;
    }

    public Fault? Next(string action, string entity)
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

    internal sealed class Rule(Faults owner, string action, Fault fault, string? entity) : IDisposable
    {
        public string Action => action;

        public string? Entity => entity;

        public Fault Fault => fault;

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

internal sealed record Fault
{
    /// <summary>Nobody listens.</summary>
    public static Fault Refused { get; } = new() { BeforeCommit = () => new HttpRequestException(HttpRequestError.ConnectionError, "connection refused") };

    /// <summary>AWS does it, and the answer does not arrive.</summary>
    public static Fault LostResponse { get; } = new() { AfterCommit = () => new HttpRequestException(HttpRequestError.ResponseEnded, "connection reset") };

    public static Fault Throttled { get; } = new() { BeforeCommit = () => new AwsError("RequestThrottled", "Request is throttled.", status: 403) };

    public static Fault Unwell { get; } = new() { BeforeCommit = () => new AwsError("InternalFailure", "Try again.", status: 500) };

    public Func<Exception>? BeforeCommit { get; init; }

    public Func<Exception>? AfterCommit { get; init; }

    /// <summary>By the fake clock.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Runs before the call is carried out; a test's own gate.</summary>
    public Func<Task>? Gate { get; init; }

    /// <summary>Entries of a batch, by index, that fail inside a 200.</summary>
    public Func<int, AwsError?>? Entry { get; init; }

    /// <summary>Entries that are carried out and appear in neither list.</summary>
    public Func<int, bool>? Forgotten { get; init; }
}
