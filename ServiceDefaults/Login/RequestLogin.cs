using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>
/// Lets a request in as RequireAuthorization() does (the default scheme, the default policy), but keeps nothing of how it did that: for requests that stay
/// for hours, as a WebSocket's, of which there are thousands. The middlewares and the request's own services would be held as long, and a token with them.
/// </summary>
public sealed class RequestLogin(IServiceProvider services)
{
    /// <summary>Who calls. Null: they are not let in, and that was answered.</summary>
    public async Task<ClaimsPrincipal?> LogInAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        await using var scope = services.CreateAsyncScope();
        context.RequestServices = scope.ServiceProvider;
        try
        {
            var caller = (await context.AuthenticateAsync()).Principal;
            var policy = await scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>().GetDefaultPolicyAsync();
            if (caller is not null && (await scope.ServiceProvider.GetRequiredService<IAuthorizationService>().AuthorizeAsync(caller, context, policy)).Succeeded)
                return caller;

            await (caller?.Identity?.IsAuthenticated == true ? context.ForbidAsync() : context.ChallengeAsync());
            return null;
        }
        finally
        {
            context.RequestServices = services;
        }
    }
}
