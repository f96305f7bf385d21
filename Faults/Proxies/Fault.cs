namespace CloudIa.Faults.Proxies;

/// <summary>What a proxy does to a request.</summary>
internal enum Fault
{
    /// <summary>Answers with a server error, and passes nothing on.</summary>
    Refuse,

    /// <summary>Waits before it passes the request on.</summary>
    Delay,

    /// <summary>Answers as AWS does when one asks too much.</summary>
    Throttle,

    /// <summary>Closes the connection, and passes nothing on.</summary>
    LoseRequest,

    /// <summary>Passes the request on, and closes the connection when the answer is there.</summary>
    LoseResponse,

    /// <summary>Passes the request on a second time, when the first is answered.</summary>
    Duplicate,

    /// <summary>SQS: gives the messages a delay, so that later ones come first.</summary>
    Postpone,
}
