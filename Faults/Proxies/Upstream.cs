namespace CloudIa.Faults.Proxies;

/// <summary>What a proxy stands in front of.</summary>
internal enum Upstream
{
    /// <summary>SQS and SNS.</summary>
    Messaging,

    /// <summary>DynamoDB.</summary>
    Store,

    Redis,
}
