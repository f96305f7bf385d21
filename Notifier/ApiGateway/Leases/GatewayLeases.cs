using System.Globalization;
using System.Text.Json;
using CloudIa.EventLog;
using CloudIa.Notifier.Configuration;
using CloudIa.Notifier.Connections;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.Notifier.ApiGateway.Leases;

/// <summary>Which node owns which connection, and how far it got: all that another node needs to go on with it.</summary>
internal sealed class GatewayLeases(IConnectionMultiplexer redis, IOptions<EventLogOptions> log, IOptions<ApiGatewayOptions> options)
{
    private const string Greeted = "greeted";
    private const string Ends = "ends";
    private const string Tier = "tier";
    private const string Pending = "pending";
    private const string EndedMark = "e";

    // A connection is not older than two hours, and a node's last look at it may be late.
    private static readonly TimeSpan TimeToLive = ApiGatewayLimits.ConnectionDuration + TimeSpan.FromMinutes(10);

    private readonly GatewayKeys _keys = new(log.Value.KeyPrefix);
    private readonly RedisValue _lease = Milliseconds(options.Value.OwnerLease);

    /// <summary>Makes a connection known, owned by a node.</summary>
    public async Task<GatewayConnection> OpenAsync(string connectionId, string userId, string sessionId, string node, ConnectionLogin login)
    {
        RedisValue ends = login.Ends is { } at ? at.ToUnixTimeMilliseconds() : "";
        var fence = (long)await RunAsync(GatewayLeaseScripts.Open, connectionId, connectionId, node, _lease, Milliseconds(TimeToLive), userId, sessionId, ends, login.Tier ?? "");
        return new() { ConnectionId = connectionId, UserId = userId, SessionId = sessionId, Fence = fence, Login = login };
    }

    /// <summary>Makes a node the owner of a connection whose owner's lease has ended.</summary>
    /// <param name="fromTheLiving">Also where the lease still runs: for a connection whose owner does not answer.</param>
    /// <returns>Null: it is gone, or another node was first.</returns>
    public async Task<GatewayConnection?> TryTakeAsync(string connectionId, string node, bool fromTheLiving)
    {
        var reply = (RedisResult[])(await RunAsync(GatewayLeaseScripts.Take, connectionId, connectionId, node, _lease, fromTheLiving ? "1" : "0"))!;
        return reply is [var fence, var since, var fields] ? Read(connectionId, (long)fence, (long)since, fields.ToDictionary()) : null;
    }

    public async Task<LeaseState> RenewAsync(GatewayConnection connection) =>
        State(await RunAsync(GatewayLeaseScripts.Renew, connection.ConnectionId, connection.ConnectionId, connection.Fence, _lease));

    /// <summary>Keeps how far a connection got.</summary>
    /// <param name="pending">Given with the lease, which is given back then: frames that the next owner is to look at.</param>
    public async Task<LeaseState> SaveAsync(
        GatewayConnection connection, bool greeted, Dictionary<Guid, SentCursor?> changes, IReadOnlyList<byte[]>? pending = null)
    {
        List<RedisValue> set = [];
        if (greeted)
        {
            set.AddRange([Greeted, "1"]);
        }

        if (pending is { Count: > 0 })
        {
            set.AddRange([Pending, JsonSerializer.SerializeToUtf8Bytes(pending, GatewayJson.Default.IReadOnlyListByteArray)]);
        }

        foreach (var (jobId, cursor) in changes.Where(x => x.Value is not null))
        {
            set.AddRange([jobId.ToString("N"), string.Create(CultureInfo.InvariantCulture, $"{cursor!.Seq}{(cursor.Ended ? EndedMark : "")}")]);
        }

        return State(await RunAsync(GatewayLeaseScripts.Save, connection.ConnectionId,
        [
            connection.ConnectionId, connection.Fence, pending is null ? "0" : "1", set.Count / 2, .. set,
            .. changes.Where(x => x.Value is null).Select(x => (RedisValue)x.Key.ToString("N")),
        ]));
    }

    /// <summary>Forgets a connection.</summary>
    /// <param name="fence">Only where it is still this owner's; null: whoever owns it.</param>
    /// <returns>The node that owned it; null where none did.</returns>
    public async Task<string?> ForgetAsync(string connectionId, long? fence) =>
        (string?)await RunAsync(GatewayLeaseScripts.Forget, connectionId, connectionId, fence is { } own ? own : "");

    /// <summary>Who owns a connection. Null: there is no such one.</summary>
    public async Task<(string? Node, bool IsLive)?> FindAsync(string connectionId)
    {
        var reply = (RedisValue[])(await RunAsync(GatewayLeaseScripts.Find, connectionId, connectionId))!;
        return reply is [var node, var live] ? (node.IsNullOrEmpty ? null : (string?)node, live == "1") : null;
    }

    /// <summary>Connections that nobody owns, at most <paramref name="limit"/>.</summary>
    public async Task<string[]> ExpiredAsync(int limit) =>
        [.. ((RedisValue[])(await redis.GetDatabase().ScriptEvaluateAsync(GatewayLeaseScripts.Expired, [_keys.Leases], [limit]))!).Select(x => (string)x!)];

    private Task<RedisResult> RunAsync(string script, string connectionId, params RedisValue[] arguments) =>
        redis.GetDatabase().ScriptEvaluateAsync(script, _keys.Of(connectionId), arguments);

    private static LeaseState State(RedisResult reply) => (int)reply switch
    {
        1 => LeaseState.Kept,
        0 => LeaseState.Lost,
        _ => LeaseState.Missing,
    };

    private static GatewayConnection Read(string connectionId, long fence, long since, Dictionary<string, RedisResult> fields)
    {
        var cursors = new Dictionary<Guid, SentCursor>();
        foreach (var (field, value) in fields)
        {
            var text = (string?)value ?? "";
            if (Guid.TryParseExact(field, "N", out var jobId)
                && long.TryParse(text.TrimEnd(EndedMark[0]), NumberStyles.None, CultureInfo.InvariantCulture, out var seq))
            {
                cursors[jobId] = new SentCursor(seq, text.EndsWith(EndedMark, StringComparison.Ordinal));
            }
        }

        return new()
        {
            ConnectionId = connectionId,
            UserId = (string)fields["user"]!,
            SessionId = (string)fields["session"]!,
            Fence = fence,
            Login = new(
                fields.TryGetValue(Ends, out var ends) ? DateTimeOffset.FromUnixTimeMilliseconds((long)ends) : null,
                fields.TryGetValue(Tier, out var tier) ? (string?)tier : null),
            Greeted = fields.ContainsKey(Greeted),
            Cursors = cursors,
            Pending = fields.TryGetValue(Pending, out var pending)
                ? JsonSerializer.Deserialize((byte[])pending!, GatewayJson.Default.IReadOnlyListByteArray) ?? []
                : [],
            UnfollowedSince = since,
        };
    }

    internal static RedisValue Milliseconds(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
}
