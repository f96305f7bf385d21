namespace CloudIa.ServiceDefaults.Login;

/// <summary>What may stand in a request's query instead of a header, for browsers' WebSockets, which send none.</summary>
public enum QueryLogin
{
    None,

    /// <summary><c>?ticket=</c>.</summary>
    Ticket,

    /// <summary><c>?access_token=</c>, as SignalR's JavaScript client sends it.</summary>
    AccessToken,
}
