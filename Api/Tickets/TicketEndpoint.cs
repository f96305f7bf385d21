using CloudIa.ServiceDefaults.Login;
using CloudIa.ServiceDefaults.Login.Tickets;

namespace CloudIa.Api.Tickets;

/// <summary>A ticket as who asked for it gets it.</summary>
public sealed record TicketView
{
    /// <summary>For <c>/ws?ticket=</c>: once.</summary>
    public required string Ticket { get; init; }

    /// <summary>A minute from now, or when the login ends that asked.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The compiler's own would print the ticket.</summary>
    public override string ToString() => nameof(TicketView);
}

internal static class TicketEndpoint
{
    public static void MapTickets(this IEndpointRouteBuilder api) => api.MapPost("/ws/ticket", IssueAsync)
        .WithName("CreateTicket")
        .WithTags("Listening")
        .WithSummary("A ticket for one WebSocket of the caller, for browsers, which can send no header with it: connect to /ws?ticket=… within a minute.")
        .Produces<TicketView>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> IssueAsync(HttpContext http, ITickets tickets, CancellationToken cancellationToken)
    {
        var issued = await tickets.IssueAsync(http.User.UserId(), http.User.LoginEnds(), http.User.Tier(), cancellationToken);
        return TypedResults.Created((string?)null, new TicketView { Ticket = issued.Ticket, ExpiresAt = issued.ExpiresAt });
    }
}
