using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace CloudIa.Notifier.ApiGateway.Leases;

/// <summary>Names in Redis. Connections and leases share a hash tag, so that one script may touch both in a cluster too.</summary>
internal sealed class GatewayKeys(string prefix)
{
    public RedisKey Leases => $"{prefix}{{apigateway}}:leases";

    public RedisKey[] Of(string connectionId) => [Leases, $"{prefix}{{apigateway}}:connection:{connectionId}"];

    /// <summary>As in the event log, a user's id can be any text, and its digest tells nothing to who looks at the keys.</summary>
    public RedisKey Ended(string userId) => $"{prefix}apigateway:ended:{Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(userId.AsSpan())))}";

    /// <summary>Where one node is spoken to.</summary>
    public RedisChannel Node(string node) => RedisChannel.Literal($"{prefix}apigateway:node:{node}");

    /// <summary>Where all nodes are.</summary>
    public RedisChannel Nodes => RedisChannel.Literal($"{prefix}apigateway:nodes");
}
