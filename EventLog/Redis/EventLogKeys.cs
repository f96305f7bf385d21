using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StackExchange.Redis;

namespace CloudIa.EventLog.Redis;

/// <summary>Names in Redis. The keys of a job share a hash tag, so that one script may touch them all in a cluster too.</summary>
internal sealed class EventLogKeys(string prefix)
{
    /// <summary>In the order in which the scripts know them: events, run, lease, answer.</summary>
    public RedisKey[] OfJob(Guid jobId) => [Events(jobId), Run(jobId), Job(jobId, "lease"), Answer(jobId)];

    public RedisKey Events(Guid jobId) => Job(jobId, "events");

    public RedisKey Run(Guid jobId) => Job(jobId, "run");

    public RedisKey Answer(Guid jobId) => Job(jobId, "answer");

    /// <summary>The channel on which all processes hear which attempts are stopped.</summary>
    public string Stops => $"{prefix}stops";

    public string Channel(string userId) => $"{prefix}events:{Digest(userId)}";

    public RedisKey Connections(string userId) => $"{prefix}listening:{{{Digest(userId)}}}";

    public RedisKey WebhookMark(string userId) => $"{prefix}webhooks:{{{Digest(userId)}}}";

    public RedisKey Acknowledged(string userId, string sessionId) => $"{prefix}acknowledged:{{{Digest(userId)}}}:{Digest(sessionId)}";

    private string Job(Guid jobId, string what) => $"{prefix}job:{{{jobId:N}}}:{what}";

    /// <summary>
    /// A user's id can be any text, an e-mail address among them. Its digest is a safe name of a fixed length and tells nothing to who
    /// looks at the keys. It is taken of the UTF-16 units: as UTF-8, ids with halves of surrogate pairs would be the same.
    /// </summary>
    internal static string Digest(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan())));
    }
}
