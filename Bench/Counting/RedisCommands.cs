using StackExchange.Redis;
using StackExchange.Redis.Profiling;

namespace CloudIa.Bench.Counting;

/// <summary>
/// Counts the commands that this process sends to Redis, by name, while it is asked to. The server's own statistics would count what
/// scripts call inside it, too.
/// </summary>
internal sealed class RedisCommands
{
    private readonly Tally _tally = new();
    private volatile ProfilingSession? _session;

    public void Attach(IConnectionMultiplexer redis) => redis.RegisterProfiler(() => _session);

    public void Start() => _session = new ProfilingSession();

    public void Stop()
    {
        if (_session is not { } session)
            return;

        _session = null;
        foreach (var command in session.FinishProfiling())
            _tally.Add(command.Command);
    }

    public Dictionary<string, long> Read() => _tally.Read();
}
