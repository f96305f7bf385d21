using System.Security.Claims;
using System.Text.Encodings.Web;
using CloudIa.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CloudIa.ServiceDefaults.Login.Keys;

/// <summary>Lets the user of an API key in, without any role.</summary>
internal sealed class ApiKeyLogin(ApiKeyCheck keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Nobody tells a connection that its key was revoked, so none that was opened with one is older than this.</summary>
    public static readonly TimeSpan LongestConnection = TimeSpan.FromHours(1);

    private const string Wrong = "There is no such API key: it is not right, was revoked, or has expired.";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        try
        {
            if (BearerToken.Of(Request) is not { } text)
                return AuthenticateResult.NoResult();

            if (!ApiKey.TryParse(text, out var key) || await keys.FindAsync(key, Context.RequestAborted) is not { } record)
                return AuthenticateResult.Fail(new LoginException(Wrong));

            var longest = TimeProvider.GetUtcNow() + LongestConnection;
            var identity = new LoginIdentity(LoginSchemes.ApiKey, record.UserId, record.ExpiresAt < longest ? record.ExpiresAt : longest) { Tier = record.Tier };
            return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), Scheme.Name));
        }
        catch (LoginException e)
        {
            return AuthenticateResult.Fail(e);
        }
        catch (Exception e) when (e is OperationCanceledException || StoreFailures.IsOfStore(e))
        {
            return AuthenticateResult.Fail(LoginException.Unavailable("The store (DynamoDB)", e));
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties) =>
        await LoginRefusal.ChallengeAsync(Context, (await HandleAuthenticateOnceSafeAsync()).Failure);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => LoginRefusal.ForbidAsync(Context);
}
