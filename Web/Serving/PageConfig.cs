using CloudIa.ServiceDefaults.Login;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace CloudIa.Web;

/// <summary>What a page must know before anybody has logged in. Nothing in it is secret.</summary>
/// <param name="Login">Null: no token is needed (Development).</param>
internal sealed record PageConfig(PageConfig.PageLogin? Login)
{
    /// <param name="ClientId">Null: not configured, so that nobody can log in here.</param>
    internal sealed record PageLogin(string Authority, string? ClientId, string Scopes, string? Audience);

    public static JsonHttpResult<PageConfig> Of(IOptions<WebOptions> web, IOptions<LoginOptions> login)
    {
        PageLogin? how = string.IsNullOrEmpty(login.Value.Authority) ? null : new(login.Value.Authority, web.Value.ClientId, web.Value.Scopes, web.Value.Audience);
        return TypedResults.Json(new PageConfig(how));
    }
}
