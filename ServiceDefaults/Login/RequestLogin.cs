using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>
/// Lets a request in as RequireAuthorization() does (the default policy), but keeps nothing of how it did that: for requests that stay
/// for hours, as a WebSocket's, of which there are thousands. The middlewares and the request's own services would be held as long, and a token with them.
/// </summary>
public sealed class RequestLogin(IServiceProvider services)
{
    /// <summary>Who calls. Null: they are not let in, and that was answered. After it the request has no token any more.</summary>
    public async Task<ClaimsPrincipal?> LogInAsync(HttpContext context, QueryLogin also = QueryLogin.None)
    {
        ArgumentNullException.ThrowIfNull(context);
        var scheme = also == QueryLogin.Ticket ? LoginSchemes.TicketOrDefault : LoginSchemes.Default;
        if (also == QueryLogin.AccessToken)
            QueryTokens.MoveToHeader(context.Request);

        await using var scope = services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            var caller = (await context.AuthenticateAsync(scheme)).Principal;
            var policy = await scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>().GetDefaultPolicyAsync();
            if (caller is not null && (await scope.ServiceProvider.GetRequiredService<IAuthorizationService>().AuthorizeAsync(caller, context, policy)).Succeeded)
                return WithoutRoles(caller);

            await (caller?.Identity?.IsAuthenticated == true ? context.ForbidAsync(scheme) : context.ChallengeAsync(scheme));
            return null;
        }
        finally
        {
            QueryTokens.Remove(context.Request);
            context.RequestServices = services;
        }
    }

    /// <summary>Who stays for hours has no use for them.</summary>
    private static ClaimsPrincipal WithoutRoles(ClaimsPrincipal caller) =>
        caller.Identity is LoginIdentity login ? new(new LoginIdentity(login.AuthenticationType!, caller.UserId(), login.Ends) { Tier = login.Tier }) : caller;
}
