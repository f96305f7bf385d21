using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace CloudIa.ServiceDefaults.Login.Tickets;

/// <summary>Lets the user of a ticket in, once and without any role.</summary>
internal sealed class TicketLogin(ITickets tickets, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Parameter = "ticket";

    /// <summary>Whether a request is to be judged by its ticket. An integration of API Gateway may map a parameter that was left out as an empty one.</summary>
    public static bool IsGiven(HttpRequest request) => request.Headers.Authorization.ToString().Length == 0 && request.Query[Parameter].ToString().Length > 0;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            var taken = Request.Query[Parameter] is [{ } ticket] ? await tickets.TakeAsync(ticket, Context.RequestAborted) : null;
            return taken is null || taken.LoginEnds <= TimeProvider.GetUtcNow()
                ? AuthenticateResult.Fail(new LoginException("There is no such ticket: it was used, or is older than a minute. Get a new one from POST /ws/ticket."))
                : AuthenticateResult.Success(new(new ClaimsPrincipal(new LoginIdentity(LoginSchemes.Ticket, taken.UserId, taken.LoginEnds) { Tier = taken.Tier }), Scheme.Name));
        }
        catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException)
        {
            return AuthenticateResult.Fail(LoginException.Unavailable("Redis", e));
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties) =>
        await LoginRefusal.ChallengeAsync(Context, (await HandleAuthenticateOnceSafeAsync()).Failure);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => LoginRefusal.ForbidAsync(Context);
}
