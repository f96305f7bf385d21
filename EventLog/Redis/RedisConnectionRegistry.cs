using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>
/// A sorted set for each user: a connection's score is when it is forgotten. The time is the server's, so that nodes need not
/// agree on it; the set goes with its last connection.
/// </summary>
internal sealed class RedisConnectionRegistry(IConnectionMultiplexer redis, IOptions<EventLogOptions> options) : IConnectionRegistry
{
    private const string Now = """
        local time = redis.call('TIME')
        local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

        """;

    private const string Register = Now + """
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
        local most = tonumber(ARGV[3])
        if most > 0 and not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= most then return 0 end
        redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
        if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return 1
        """;

    private const string Live = Now + "return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')";

    private readonly EventLogKeys _keys = new(options.Value.KeyPrefix);

    public Task RegisterAsync(ListenerConnection connection, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        TryRegisterAsync(connection, most: 0, timeToLive, cancellationToken);

    public async Task<bool> TryRegisterAsync(ListenerConnection connection, int most, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, TimeSpan.FromMilliseconds(1));
        cancellationToken.ThrowIfCancellationRequested();
        var reply = await redis.GetDatabase()
            .ScriptEvaluateAsync(Register, [Key(connection)], [Member(connection), (long)Math.Ceiling(timeToLive.TotalMilliseconds), most])
            .WaitAsync(cancellationToken);
        return (long)reply == 1;
    }

    public async Task RemoveAsync(ListenerConnection connection, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await redis.GetDatabase().SortedSetRemoveAsync(Key(connection), Member(connection)).WaitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ListenerConnection>> GetAsync(string userId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reply = await redis.GetDatabase()
            .ScriptEvaluateAsync(Live, [_keys.Connections(userId)], flags: CommandFlags.DemandMaster)
            .WaitAsync(cancellationToken);
        return [.. ((RedisValue[])reply!).Select(value => Connection(userId, value))];
    }

    private RedisKey Key(ListenerConnection connection) => _keys.Connections(connection.UserId);

    private static RedisValue Member(ListenerConnection connection) => JsonSerializer.SerializeToUtf8Bytes(
        [connection.SessionId, connection.ConnectionId, connection.Wire, connection.Node], ConnectionJsonContext.Default.StringArray);

    private static ListenerConnection Connection(string userId, byte[]? member)
    {
        try
        {
            if (JsonSerializer.Deserialize(member, ConnectionJsonContext.Default.StringArray) is [var sessionId, var id, var wire, var node])
            {
                return new ListenerConnection(userId, sessionId, id, wire, node);
            }
        }
        catch (JsonException)
        {
            // Said below: the exception's own text would hold a part of the value.
        }

        throw new CorruptEventException(
            "A registered connection is not of this version: another program wrote to the key, or a newer version of this one did. It is " +
            "forgotten at the end of its time to live; update this service.");
    }
}

[JsonSerializable(typeof(string[]))]
internal sealed partial class ConnectionJsonContext : JsonSerializerContext;
