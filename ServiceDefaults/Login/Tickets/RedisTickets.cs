using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CloudIa.EventLog;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Login.Tickets;

/// <summary>A key for each ticket, named by its digest: who reads Redis has no tickets by that.</summary>
internal sealed class RedisTickets(IConnectionMultiplexer redis, IOptions<EventLogOptions> options, TimeProvider time) : ITickets
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    private const int RandomBytes = 32;
    private const int Length = 43;

    public async Task<IssuedTicket> IssueAsync(string userId, DateTimeOffset? loginEnds, string? tier, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        var expiresAt = loginEnds < now + Lifetime ? loginEnds.Value : now + Lifetime;

        // A login that has just ended gives a ticket that opens nothing for long.
        var lifetime = expiresAt - now > TimeSpan.FromSeconds(1) ? expiresAt - now : TimeSpan.FromSeconds(1);
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        var value = JsonSerializer.SerializeToUtf8Bytes(new TakenTicket(userId, loginEnds, tier), JsonSerializerOptions.Web);
        await redis.GetDatabase().StringSetAsync(Key(ticket), value, lifetime).WaitAsync(cancellationToken);
        return new(ticket, expiresAt);
    }

    public async Task<TakenTicket?> TakeAsync(string ticket, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (ticket.Length != Length)
            return null;

        // Not repeated where the answer is lost: the ticket may be gone, and its user asks for another one.
        var value = await redis.GetDatabase().StringGetDeleteAsync(Key(ticket)).WaitAsync(cancellationToken);
        return value.IsNull ? null : JsonSerializer.Deserialize<TakenTicket>((byte[])value!, JsonSerializerOptions.Web);
    }

    private RedisKey Key(string ticket) => $"{options.Value.KeyPrefix}ticket:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)))}";
}
