using System.ComponentModel.DataAnnotations;

namespace CloudIa.Web;

/// <summary>What the pages need to log somebody in: section <c>Web</c>. Used where <c>Login:Authority</c> is set.</summary>
public sealed class WebOptions : IValidatableObject
{
    public const string Section = "Web";

    /// <summary>The pages' client at the authority: a public one (no secret), authorization code with PKCE, redirect address <c>/</c>. Without it the pages say that nobody can log in.</summary>
    public string? ClientId { get; set; }

    /// <summary>What is asked for, with spaces between. Default <c>openid</c>; with <c>offline_access</c> a login is renewed where the authority allows it.</summary>
    [Required]
    public string Scopes { get; set; } = "openid";

    /// <summary>Sent to the authority as <c>audience</c>, for those that want it (Auth0). Default: nothing.</summary>
    public string? Audience { get; set; }

    /// <summary>Origins of the authority besides its own, such as that of its token endpoint (Cognito): the pages may ask them. Default: none.</summary>
    public IList<string> LoginOrigins { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // They stand in a header: what is not an origin could say more there.
        foreach (var origin in LoginOrigins.Where(x => !IsOrigin(x)))
            yield return new($"Web:LoginOrigins has '{origin}', which is not an origin. Write it as https://login.example.com, without a path or a slash at the end.");
    }

    private static bool IsOrigin(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), value, StringComparison.OrdinalIgnoreCase)
        && uri.UserInfo.Length == 0;
}
