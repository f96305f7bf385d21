using System.Security.Claims;
using CloudIa.Limits;
using CloudIa.ServiceDefaults.Login;

namespace CloudIa.Api.Limits;

/// <summary>Whose limits a request is held to.</summary>
internal static class LimitedUsers
{
    public static LimitedUser Limited(this ClaimsPrincipal user) => new(user.UserId(), user.Tier());
}
