using System.Security.Claims;

namespace CloudIa.ServiceDefaults.Login;

/// <summary>What is asked of the caller's identity.</summary>
public static class UserExtensions
{
    /// <summary>The claim that names the user, whatever it is called in the token.</summary>
    public const string SubjectClaim = "sub";

    /// <summary>The caller's id: never empty behind <c>RequireAuthorization()</c>.</summary>
    /// <exception cref="InvalidOperationException">The caller is not authenticated: the endpoint lacks RequireAuthorization().</exception>
    public static string UserId(this ClaimsPrincipal user) =>
        user.FindFirst(SubjectClaim)?.Value
        ?? throw new InvalidOperationException($"The caller has no '{SubjectClaim}' claim. The endpoint must call RequireAuthorization().");

    /// <summary>When what the caller opened must be closed; null: never.</summary>
    public static DateTimeOffset? LoginEnds(this ClaimsPrincipal user) => user.Identities.OfType<LoginIdentity>().Min(x => x.Ends);

    /// <summary>The caller's tier of limits; null: none.</summary>
    public static string? Tier(this ClaimsPrincipal user) => user.Identities.OfType<LoginIdentity>().FirstOrDefault()?.Tier;
}
