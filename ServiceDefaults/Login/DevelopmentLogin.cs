using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>
/// No login at all: everybody is <c>local</c>, or whom the header <c>X-Dev-User</c> or the query's <c>devUser</c> names. For Development only;
/// <see cref="UserAuthenticationExtensions.AddUserAuthentication"/> refuses it elsewhere.
/// </summary>
internal sealed class DevelopmentLogin(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Development";
    public const string DefaultUser = "local";
    public const string Header = "X-Dev-User";
    public const string QueryParameter = "devUser";
    private const int MaxLength = 128;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var user = Request.Headers[Header].FirstOrDefault() ?? Request.Query[QueryParameter].FirstOrDefault() ?? DefaultUser;
        if (user.Length is 0 or > MaxLength || !user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@'))
            return Task.FromResult(AuthenticateResult.Fail($"A development user is 1–{MaxLength} of A–Z a–z 0–9 - _ . @"));

        var identity = new ClaimsIdentity([new Claim(UserExtensions.SubjectClaim, user)], SchemeName, UserExtensions.SubjectClaim, roleType: null);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    /// <summary>The one reason for which nobody is let in is told to the caller.</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var reason = (await HandleAuthenticateOnceSafeAsync()).Failure?.Message;
        await TypedResults.Problem(reason, statusCode: StatusCodes.Status401Unauthorized, title: "Who are you?", type: "urn:cloudia:problem:unauthorized").ExecuteAsync(Context);
    }
}
