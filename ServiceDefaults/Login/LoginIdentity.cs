using System.Security.Claims;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>Who calls, and nothing else of how that is known: a listener keeps it for hours.</summary>
public sealed class LoginIdentity : ClaimsIdentity
{
    internal const string RoleClaim = "role";

    /// <param name="scheme">One of <see cref="LoginSchemes"/>.</param>
    /// <param name="userId">Not empty.</param>
    /// <param name="ends">See <see cref="Ends"/>.</param>
    /// <param name="roles"><see cref="LoginPolicies.Operator"/>, <see cref="LoginPolicies.Reader"/>.</param>
    public LoginIdentity(string scheme, string userId, DateTimeOffset? ends = null, params IEnumerable<string> roles)
        : base(roles.Select(role => new Claim(RoleClaim, role)).Prepend(new(UserExtensions.SubjectClaim, userId)), scheme, UserExtensions.SubjectClaim, RoleClaim) => Ends = ends;

    private LoginIdentity(LoginIdentity other)
        : base(other) => (Ends, Tier) = (other.Ends, other.Tier);

    /// <summary>When a connection that was opened with this login is closed; null: never.</summary>
    public DateTimeOffset? Ends { get; }

    /// <summary>The tier of limits by which they are held to theirs; null: none.</summary>
    public string? Tier { get; init; }

    internal bool IsPerson => AuthenticationType is LoginSchemes.Token or LoginSchemes.Development;

    public override ClaimsIdentity Clone() => new LoginIdentity(this);
}
