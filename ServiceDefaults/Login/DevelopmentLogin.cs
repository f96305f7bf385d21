using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>
/// No login at all: everybody is <c>local</c>, or whom the header <c>X-Dev-User</c> or the query's <c>devUser</c> names, and an operator unless <c>X-Dev-Role</c> says
/// less, and of the tier that <c>X-Dev-Tier</c> names. For Development without an authority only; <see cref="UserAuthenticationExtensions.AddUserAuthentication"/> adds it nowhere else.
/// </summary>
internal sealed class DevelopmentLogin(LoginTiers tiers, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string DefaultUser = "local";
    public const string Header = "X-Dev-User";
    public const string RoleHeader = "X-Dev-Role";
    public const string NoRole = "none";
    public const string TierHeader = "X-Dev-Tier";
    public const string QueryParameter = "devUser";
    private const int MaxLength = 128;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var user = Request.Headers[Header].FirstOrDefault() ?? Request.Query[QueryParameter].FirstOrDefault() ?? DefaultUser;
        if (user.Length is 0 or > MaxLength || !user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@'))
            return Refuse($"A development user is 1–{MaxLength} of A–Z a–z 0–9 - _ . @");

        string[]? roles = (Request.Headers[RoleHeader].FirstOrDefault() ?? LoginPolicies.Operator) switch
        {
            LoginPolicies.Operator => [LoginPolicies.Operator],
            LoginPolicies.Reader => [LoginPolicies.Reader],
            NoRole => [],
            _ => null,
        };
        var tier = Request.Headers[TierHeader].FirstOrDefault();
        if (tier is not null && !tiers.Names.Contains(tier))
            return Refuse($"A development tier is one of Limits:Tiers, or the header {TierHeader} is left out.");

        return roles is null
            ? Refuse($"A development role is '{LoginPolicies.Operator}' (also where the header {RoleHeader} is left out), '{LoginPolicies.Reader}' or '{NoRole}'.")
            : Task.FromResult(AuthenticateResult.Success(new(new ClaimsPrincipal(new LoginIdentity(LoginSchemes.Development, user, ends: null, roles) { Tier = tier }), Scheme.Name)));
    }

    /// <summary>The reason for which nobody is let in is told to the caller.</summary>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties) =>
        await LoginRefusal.ChallengeAsync(Context, (await HandleAuthenticateOnceSafeAsync()).Failure);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => LoginRefusal.ForbidAsync(Context);

    private static Task<AuthenticateResult> Refuse(string reason) => Task.FromResult(AuthenticateResult.Fail(new LoginException(reason)));
}
