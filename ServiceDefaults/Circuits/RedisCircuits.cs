using CloudIa.EventLog;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Circuits;

/// <summary>A hash of what is not closed, a set of names, a key for each probe, and a channel. Nothing expires but probes: an isolation outlives every restart.</summary>
internal sealed class RedisCircuits(IConnectionMultiplexer redis, IOptions<EventLogOptions> options, TimeProvider time) : ISharedCircuits, IProviderCircuits
{
    // One hash tag: a script may touch them all in a cluster too.
    private readonly RedisKey _circuits = $"{options.Value.KeyPrefix}{{circuits}}";
    private readonly RedisKey _names = $"{options.Value.KeyPrefix}{{circuits}}:names";
    private readonly RedisChannel _channel = RedisChannel.Literal($"{options.Value.KeyPrefix}circuits");

    public async Task<IReadOnlyList<ProviderCircuit>> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var all = await redis.GetDatabase().HashGetAllAsync(_circuits, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        return [.. all.Select(x => CircuitText.Read(x.Name.ToString(), x.Value)).OfType<ProviderCircuit>()];
    }

    public async Task<IReadOnlyList<ProviderCircuit>> ListAsync(CancellationToken cancellationToken)
    {
        var names = redis.GetDatabase().SetMembersAsync(_names, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        var changed = await ReadAsync(cancellationToken);
        var closed = (await names).Select(x => x.ToString()).Except(changed.Select(x => x.Provider)).Select(x => new ProviderCircuit(x, ProviderCircuitState.Closed));
        return [.. changed.Concat(closed).OrderBy(x => x.Provider, StringComparer.Ordinal)];
    }

    public Task OpenAsync(string provider, TimeSpan pause, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + pause;
        return EvaluateAsync(CircuitScripts.Open, provider, cancellationToken, until.ToUnixTimeMilliseconds());
    }

    public Task RecoveredAsync(string provider, CancellationToken cancellationToken) => EvaluateAsync(CircuitScripts.Recovered, provider, cancellationToken);

    public Task CloseAsync(string provider, CancellationToken cancellationToken) => EvaluateAsync(CircuitScripts.Close, provider, cancellationToken);

    public Task IsolateAsync(string provider, CancellationToken cancellationToken) => EvaluateAsync(CircuitScripts.Isolate, provider, cancellationToken);

    public Task<bool> TryProbeAsync(string provider, TimeSpan lease, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return redis.GetDatabase().StringSetAsync(Probe(provider), "1", lease, When.NotExists).WaitAsync(cancellationToken);
    }

    public Task IntroduceAsync(IReadOnlyCollection<string> providers, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return redis.GetDatabase().SetAddAsync(_names, [.. providers.Select(x => (RedisValue)x)]).WaitAsync(cancellationToken);
    }

    public Task SubscribeAsync(Action<ProviderCircuit> onChanged, CancellationToken cancellationToken) =>
        redis.GetSubscriber().SubscribeAsync(_channel, (_, value) =>
        {
            if (CircuitText.ReadAnnouncement(value) is { } changed)
                onChanged(changed);
        }).WaitAsync(cancellationToken);

    private Task<RedisResult> EvaluateAsync(string script, string provider, CancellationToken cancellationToken, params RedisValue[] more)
    {
        ArgumentException.ThrowIfNullOrEmpty(provider);
        cancellationToken.ThrowIfCancellationRequested();
        RedisValue[] arguments = [provider, _channel.ToString(), time.GetUtcNow().ToUnixTimeMilliseconds(), .. more];
        return redis.GetDatabase().ScriptEvaluateAsync(script, [_circuits, Probe(provider)], arguments).WaitAsync(cancellationToken);
    }

    private RedisKey Probe(string provider) => $"{options.Value.KeyPrefix}{{circuits}}:probe:{provider}";
}
