namespace CloudIa.ServiceDefaults.Login.Tickets;

/// <summary>
/// What a browser, which can send no header with a WebSocket, puts into its address instead of a token: good once, for a minute, and for nothing else.
/// </summary>
public interface ITickets
{
    /// <param name="userId">Whose connection it opens.</param>
    /// <param name="loginEnds">When the login ends by which the ticket was asked for, and with it what the ticket opens; null: never.</param>
    /// <param name="tier">Of limits, which what it opens is held to; null: none.</param>
    Task<IssuedTicket> IssueAsync(string userId, DateTimeOffset? loginEnds, string? tier, CancellationToken cancellationToken);

    /// <summary>Takes a ticket, which is then gone.</summary>
    /// <returns>Null: there is none, any more.</returns>
    Task<TakenTicket?> TakeAsync(string ticket, CancellationToken cancellationToken);
}

/// <summary>A ticket for its user. As text it says nothing of itself, so that no log can.</summary>
public sealed record IssuedTicket(string Ticket, DateTimeOffset ExpiresAt)
{
    public override string ToString() => $"Ticket until {ExpiresAt:O}";
}

/// <summary>What a ticket was issued for.</summary>
/// <param name="Tier">Added later: tickets of a version that did not know it have none.</param>
public sealed record TakenTicket(string UserId, DateTimeOffset? LoginEnds, string? Tier = null);
