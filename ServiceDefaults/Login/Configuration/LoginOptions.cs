using System.ComponentModel.DataAnnotations;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>Whose tokens are taken, and what they say. Section <c>Login</c>, the same for Api and Notifier.</summary>
public sealed class LoginOptions : IValidatableObject
{
    public const string Section = "Login";

    /// <summary>
    /// The OIDC authority: an absolute https address below which <c>/.well-known/openid-configuration</c> is. Required outside Development; there, without
    /// it, nobody needs a token. With http only in Development, or where it is on this machine.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>What a token's <c>iss</c> must be. Default: what the authority's metadata says.</summary>
    public string? Issuer { get; set; }

    /// <summary>A token that has an <c>aud</c> must have one of these in it.</summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>A token without an <c>aud</c> (Cognito's access tokens) must have one of these as its <c>client_id</c>. Default: none, so such tokens are refused.</summary>
    public IList<string> ClientIds { get; } = [];

    /// <summary>The claim that names the user. Default <c>sub</c>. Another one must be as unique, and never given to somebody else.</summary>
    [Required]
    public string UserClaim { get; set; } = "sub";

    /// <summary>
    /// The claim with the user's roles: a text or a list of texts. Default <c>roles</c>; Cognito's is <c>cognito:groups</c>. Where there is no claim of that
    /// name, one with dots leads into objects: <c>realm_access.roles</c> is Keycloak's.
    /// </summary>
    [Required]
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Who has this role may operate. Default <c>operator</c>.</summary>
    [Required]
    public string OperatorRole { get; set; } = "operator";

    /// <summary>Who has this role may look at what operators see. Default <c>reader</c>.</summary>
    [Required]
    public string ReaderRole { get; set; } = "reader";

    /// <summary>By how much the clocks of authority and service may differ. A token is taken so much longer. Default 30 s, 0 to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the authority may take to answer. Default 5 s, 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan AuthorityTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an API key is known without the store: one that is revoked is taken for so much longer. Default 30 s, 0 to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan KeyCacheFor { get; set; } = TimeSpan.FromSeconds(30);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(Authority))
        {
            if (Issuer is not null || Audiences.Count > 0 || ClientIds.Count > 0)
                yield return new($"Of section {Section} something is set, and Login:Authority is not: no token would be looked at. Set it, or leave out Login:Issuer, Login:Audiences and Login:ClientIds.");
            yield break;
        }

        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
            yield return new($"Login:Authority is '{Authority}', not an absolute https address without a query. Give the one below which /.well-known/openid-configuration is.");

        if (Audiences.Concat(ClientIds).All(string.IsNullOrWhiteSpace))
        {
            yield return new("Login:Audiences and Login:ClientIds are empty: any token of the authority, for whichever program, would do. " +
                "Set Login:Audiences:0 to this service's audience, or for Cognito's access tokens Login:ClientIds:0 to the app client's id.");
        }
        else if (Audiences.Concat(ClientIds).Any(string.IsNullOrWhiteSpace))
        {
            yield return new("One of Login:Audiences or Login:ClientIds is empty. Give it a value, or leave it out.");
        }
    }
}
