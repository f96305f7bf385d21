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

    /// <summary>Passes the request on a second time, when the first is answered. SQS: the second one's messages come later.</summary>
    Duplicate,

    /// <summary>SQS: gives the messages a delay, so that later ones come first.</summary>
    Postpone,

    /// <summary>SQS: deletes messages as soon as it has handed them out, as for a service that acknowledges before it works.</summary>
    Acknowledge,

    /// <summary>SQS: deletes messages that it was to hand out, and says that there are none.</summary>
    Vanish,

    /// <summary>DynamoDB: takes the condition out of a write, as for a service that writes without looking.</summary>
    Unconditional,

    /// <summary>Redis: changes the command, see <see cref="Proxies.Rewrite"/>.</summary>
    Rewrite,
}
