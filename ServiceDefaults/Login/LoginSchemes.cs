namespace CloudIa.ServiceDefaults.Login;

/// <summary>Names of the ways in.</summary>
public static class LoginSchemes
{
    /// <summary>The default: by the form of what stands behind <c>Authorization: Bearer</c>, <see cref="ApiKey"/> or <see cref="Token"/> (or <see cref="Development"/>).</summary>
    public const string Default = "Login";

    /// <summary>For what a browser's WebSocket calls: <see cref="Ticket"/> where the query has one and there is no <c>Authorization</c>, else <see cref="Default"/>.</summary>
    public const string TicketOrDefault = "TicketOrLogin";

    /// <summary>A token of the authority.</summary>
    public const string Token = "Token";

    public const string ApiKey = "ApiKey";

    /// <summary>Only where an endpoint asks for it: a ticket is no login for HTTP.</summary>
    public const string Ticket = "Ticket";

    /// <summary>No login at all. There only in Development, without an authority.</summary>
    public const string Development = "Development";
}
