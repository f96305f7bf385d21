using System.Security.Claims;
using CloudIa.ServiceDefaults.Login;

namespace CloudIa.Notifier.Connections;

/// <summary>What a connection keeps of the login by which it was opened, besides whose it is.</summary>
/// <param name="Ends">When the login is over, and with it the connection; null: never.</param>
/// <param name="Tier">Of limits; null: none.</param>
internal readonly record struct ConnectionLogin(DateTimeOffset? Ends, string? Tier)
{
    public static ConnectionLogin Of(ClaimsPrincipal user) => new(user.LoginEnds(), user.Tier());
}
