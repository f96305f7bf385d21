namespace CloudIa.Transport.Receiving;

internal enum Renewal
{
    Done,

    /// <summary>Throttling, network, a fault of AWS: worth another attempt while the lock holds.</summary>
    Failed,

    /// <summary>SQS no longer knows the receipt: the message is visible, with someone else, or deleted.</summary>
    LockLost,
}
