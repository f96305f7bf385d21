using CloudIa.ServiceDefaults.Login;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace CloudIa.Api.OpenAi;

/// <summary>Who is not let in hears it in OpenAI's words under <c>/v1</c>, whatever the login.</summary>
internal sealed class OpenAiAuthorization : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _others = new();

    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || !context.IsDoor())
        {
            await _others.HandleAsync(next, context, policy, authorizeResult);
            return;
        }

        if (authorizeResult.Forbidden)
        {
            await OpenAiError.OfStatus(StatusCodes.Status403Forbidden, "You may not do this.").ExecuteAsync(context);
            return;
        }

        var refusal = LoginRefusal.Of((await context.AuthenticateAsync()).Failure);
        refusal.SetHeaders(context);
        await OpenAiError.OfStatus(refusal.Status, refusal.Detail).ExecuteAsync(context);
    }
}
